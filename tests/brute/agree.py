"""What the explorer's report on a cell says otherwise than the second implementation does."""
from .enumerate import actor_text, follow


def observation(bad, interleavings):
    return {0: "never", interleavings: "always"}.get(bad, "sometimes")


def texts(schedules):
    return {name: schedule and [actor_text(actor) for actor in schedule]
            for name, schedule in schedules.items()}


def actors_of(trace):
    return trace and [step["actor"] for step in trace["steps"]]


def differences(report, world, counted):
    """In words, one for each; `counted` is what the second implementation makes of the world."""
    expected = {
        "interleavings": counted.interleavings,
        "highest numbers": counted.names,
        "bad": counted.bad,
        "observations": {name: observation(bad, counted.interleavings)
                         for name, bad in counted.bad.items()},
        "counterexamples": texts(counted.shortest),
        "lasting": counted.lasting,
        "lasting counterexamples": texts(counted.ending),
    }
    lasting = {oracle["name"]: oracle["lasting"] for oracle in report["oracles"]
               if "lasting" in oracle}
    found = {
        "interleavings": int(report["counts"]["interleavings"]),
        "highest numbers": report["names"],
        "bad": {oracle["name"]: int(oracle["bad"]) for oracle in report["oracles"]},
        "observations": {oracle["name"]: oracle["observation"] for oracle in report["oracles"]},
        "counterexamples": {oracle["name"]: actors_of(oracle["trace"])
                            for oracle in report["oracles"]},
        "lasting": {name: int(its["bad"]) for name, its in lasting.items()},
        "lasting counterexamples": {name: actors_of(its["trace"]) for name, its in lasting.items()},
    }
    different = []
    for what, its in expected.items():
        if found[what] == its:
            continue
        if isinstance(its, dict):
            keys = [key for key in {**its, **found[what]} if its.get(key) != found[what].get(key)]
            different += [f"{what}, {key}: tapweave {found[what].get(key)}, the second "
                          f"implementation {its.get(key)}" for key in keys]
        else:
            different.append(f"{what}: tapweave {found[what]}, the second implementation {its}")
    if different:
        return different  # it need not be able to follow, either
    return [f"{name} does not follow from {' '.join(schedule)}"
            for which, key in enumerate(("counterexamples", "lasting counterexamples"))
            for name, schedule in found[key].items()
            if schedule is not None and not leads_to(world, schedule, name, which)]


def leads_to(world, schedule, oracle, which):
    """`which`: 0 if its last step is to violate it, 1 if its end is to."""
    try:
        return oracle in follow(world, schedule)[which]
    except KeyError:  # an actor that cannot step
        return False
