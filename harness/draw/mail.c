/* --as mail: the table of replay in lines of at most 72 columns, which a mailing list leaves as
 * they are, also where the mail is quoted; and the command that replays it. */
#include "harness/draw/drawing.h"
#include "harness/draw/format.h"
#include "harness/print.h"
#include "harness/report.h"

enum { WIDTH = 72 };

bool
draw_mail(FILE *out, const struct drawing *drawing)
{
    char text[DRAWING_WINDOW_SIZE];

    print_into(out, WIDTH);
    report_replayed(drawing->walk, drawing->policy);
    if (drawing->window.first != 0) {
        drawing_window_text(drawing, text);
        print_line(4, "  %s", text);
    }
    drawing_print_replay(drawing);
    print_into(NULL, 0);
    return true;
}
