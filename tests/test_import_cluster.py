"""import: the file of a server of a clustered database (ovsdb(5)), written by hand: which of its
entries count.  netns-tests/test_import.py reads one that a server has written."""
import json

import pytest
from test_import import INTERFACE, PORT, SCHEMA, Journal, link

HEADER = {"server_id": "5", "name": "Open_vSwitch", "cluster_id": "c", "prev_term": 1,
          "prev_index": 1, "prev_servers": {}, "local_address": "unix:x", "prev_eid": "e"}


class Cluster(Journal):
    """The same transactions in such a file."""
    def __init__(self):
        super().__init__()
        self.text, self.index, self.term = "", 1, 1
        self.put({**HEADER, "prev_data": [SCHEMA, {"_date": self.BEGIN * 1000}]})
        self.put({"term": 1, "vote": "5"})

    def put(self, record):
        body = json.dumps(record) + "\n"
        self.text += f"OVSDB CLUSTER {len(body)} {'0' * 40}\n{body}"

    def append(self, record):
        if "_date" in record:
            self.index += 1
            self.put({"term": self.term, "index": self.index, "eid": "e", "data": [None, record]})

    def commit(self, index=None):
        self.put({"commit_index": index or self.index})


@pytest.fixture(name="say")
def make_say(tapweave, tmp_path):
    def say(cluster, links=link(1, 4, "vnet0")):
        (tmp_path / "conf.db").write_text(cluster.text, encoding="utf-8")
        (tmp_path / "links").write_text(links, encoding="utf-8")
        said = tapweave.json("import", tmp_path / "conf.db", tmp_path / "links")
        return [(one["what"], one["at"][17:21]) for one in said["findings"]], said["database"]
    return say


def lost():
    cluster = Cluster()
    row = cluster.insert(1.1, "vnet0")
    cluster.commit()
    cluster.delete(5, row)
    return cluster, row


def test_entries_that_count(say):
    cluster, _ = lost()
    cluster.commit()
    found, its = say(cluster)
    assert found == [("lost", "05.0")]
    assert (its["format"], its["events"], its["left_out"], its["cut"]) == ("conf.db", 2, 0, False)


def test_an_entry_that_may_not_count(tapweave, say, tmp_path):
    """It is not known that most servers have it."""
    cluster, _ = lost()
    assert say(cluster)[0] == []
    cluster.commit(2)  # the one before it, again
    assert say(cluster)[0] == []
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "links")
    assert "it does not say: whether its last entries count" in run.stdout
    cluster.text += "OVSDB CLUSTER 99 0\n{\"commit"
    assert say(cluster)[1]["cut"]


def test_an_entry_whose_place_another_one_takes(say):
    """Another server led before the first one was anywhere else."""
    cluster, row = lost()
    cluster.delete(5.5, PORT.format(9))
    cluster.index, cluster.term = 2, 2
    cluster.delete(7, row)
    cluster.commit()
    found, its = say(cluster)
    assert found == [("lost", "07.0")] and its["events"] == 2


def test_entries_without_data(say):
    """What a leader begins with; another set of servers."""
    cluster, row = Cluster(), None
    cluster.put({"term": 1, "index": 2})
    cluster.put({"term": 1, "index": 3, "servers": {"5": "unix:x"}})
    cluster.put({"term": 1, "leader": "5"})
    cluster.put({"note": "transfer leadership", "comment": "why"})
    cluster.put({"term": 1, "index": 4, "eid": "e", "data": [None, None]})
    cluster.index = 4
    row = cluster.insert(1.1, "vnet0")
    cluster.delete(5, row)
    cluster.commit()
    found, its = say(cluster)
    assert found == [("lost", "05.0")] and its["left_out"] == 0


def test_a_file_that_never_says_what_counts(say):
    """Servers need not write that."""
    cluster = Cluster()
    cluster.delete(5, cluster.insert(1.1, "vnet0"))
    assert say(cluster)[0] == [("lost", "05.0")]


def test_what_there_was_when_the_file_was_begun(say):
    """Its server has compacted it, or has joined."""
    cluster = Cluster()
    cluster.text = ""
    cluster.put({**HEADER, "prev_data": [SCHEMA, {
        "_date": int((cluster.BEGIN + 1.1) * 1000), "_comment": "compacting database online",
        "Port": {PORT.format(1): {"name": "vnet0", "interfaces": ["uuid", INTERFACE.format(1)]}},
        "Interface": {INTERFACE.format(1): {"name": "vnet0"}}}]})
    cluster.delete(5, PORT.format(1))
    cluster.commit()
    assert say(cluster)[0] == [("lost", "05.0")]


@pytest.mark.parametrize("wrong", [
    {"term": 1, "index": -5, "eid": "e", "data": [None, None]}, {"term": 1, "index": 0},
    {"commit_index": -1}])
def test_an_index_that_cannot_be(tapweave, tmp_path, wrong):
    """It would have taken the place of all entries before."""
    cluster, _ = lost()
    line = cluster.text.count("\n") + 2
    cluster.put(wrong)
    cluster.commit()
    (tmp_path / "conf.db").write_text(cluster.text, encoding="utf-8")
    run = tapweave("import", tmp_path / "conf.db")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (f"tapweave: {tmp_path}/conf.db:{line}:1: it is damaged: an index of the "
                          "cluster's log is not above 0\n")


def test_a_server_that_has_not_joined_yet(tapweave, tmp_path):
    cluster = Cluster()
    cluster.text = ""
    cluster.put({"server_id": "5", "local_address": "unix:x", "name": "Open_vSwitch",
                 "remote_addresses": ["unix:y"]})
    (tmp_path / "conf.db").write_text(cluster.text, encoding="utf-8")
    run = tapweave("import", tmp_path / "conf.db")
    assert run.returncode == 2 and "no record of a database of Open vSwitch" in run.stderr
