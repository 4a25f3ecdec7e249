"""Any number of guests (sim/crowd.h).  tests/unit/test_crowd holds the views that are found to all
states of three and four guests; here it has to notice that views are missing."""
import subprocess

import pytest
from conftest import ROOT
from mistakes import link, wrong_text

CLAIMS, NETWORKS, LEFT = ("policies_that_lose_nothing", "other_networks", "what_is_left_behind")
MISTAKES = {
    "names that two guests share":
        ("sim/view_join.c", "is_shared(&join->names, to) != shared ||",
         "is_shared(&join->names, to) != shared || !shared ||", NETWORKS),
    "rows of a guest that has forgotten their name":
        ("sim/view_join.c", "i < 2 && !both", "i < 0 && !both", CLAIMS),
    "any free name but the lowest":
        ("sim/crowd_step.c", "if (used.used[name] && is_free(",
         "if (count == 1 && name == family->first && used.used[name] && is_free(", CLAIMS),
    "a name that nobody has":
        ("sim/crowd_step.c", "choices[0].name = fresh;",
         "choices[0].name = fresh; fresh = IFNAME_NONE;", CLAIMS),
    "what is left behind":
        ("sim/crowd_step.c", "i < orphans->count", "i < 0", LEFT),
    "what a guest that does not step sees":
        ("sim/crowd.c", "{{0, 1}, {0, 2}, {1, 2}}", "{{0, 1}, {0, 1}, {0, 1}}", CLAIMS),
    "whose everything is that is no member's":
        ("sim/view.c", "value = (uint8_t)(projection->place[guest] + 1);",
         "value = (uint8_t)(projection->place[guest] == VIEW_ANON && byte->of == OF_NAME && "
         "byte->first == offsetof(struct state, network.row[0].uuid) ? 1 : "
         "projection->place[guest] + 1);", NETWORKS),
    "a mutex that another guest holds":
        ("sim/crowd_step.c", "lock[world->daemon[0]] == VIEW_ANON + 1", "lock[0] == 99", CLAIMS),
    "one name of a family":
        ("sim/view_settle.c", "content->at[content->count++].value = value;",
         "content->at[content->count].value = value; content->count += byte->of != OF_NAME || "
         "byte->means != MEANS_PLAIN;", CLAIMS),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_views_that_are_missing_are_noticed(tmp_path, mistake):
    path, right, wrong, test = MISTAKES[mistake]
    unit = link(tmp_path, wrong_text(path, right, wrong), ROOT / "tests/unit/test_crowd.c",
                ["-lcmocka"])
    run = subprocess.run([unit] + ([test] if test else []), capture_output=True, check=False,
                         timeout=300)
    assert run.returncode != 0
