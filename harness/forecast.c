/* What there is to be expected of a search: see forecast.h. */
#include "harness/forecast.h"

void
forecast_update(struct forecast *forecast, const struct snapshot *snapshot, bool ended)
{
    const double time = watch_seconds(forecast->watch);
    const double pause = 20 * forecast->cost > 2 ? 20 * forecast->cost : 2;

    if (!ended && (!forecast->watch->bounds->watched || time - forecast->made < pause)) {
        return;
    }
    forecast->watch->estimate = estimate_make(forecast->world, snapshot);
    forecast->made = watch_seconds(forecast->watch);
    forecast->cost = forecast->made - time;
}
