"""The end of the run: a clean stop keeps everything, and everything proves sound."""


def test_a_clean_stop_loses_nothing(world):
    before = world.cases()
    assert world.program.stop() == 0, world.program.log_tail()
    assert not (world.program.data / "listening.json").exists()
    report = world.program.check()
    assert report["sound"] and report["faults"] == [], report
    assert report["store"]["cases"] == len(before) and report["blobs"]["named_by_events"] > 0, report
    world.restart()
    # Sessions live on: the same people, the same cases.
    assert [row["id"] for row in world.cases()] == [row["id"] for row in before]
    assert world.program.stop() == 0


def test_damage_is_found(world):
    blobs = sorted(path for path in (world.program.data / "blobs").rglob("*") if path.is_file() and len(path.name) == 64)
    victim = blobs[0]
    whole = victim.read_bytes()
    victim.chmod(0o600)
    victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    report = world.program.check()
    assert not report["sound"] and any(victim.name in fault for fault in report["faults"]), report
    victim.write_bytes(whole)
    assert world.program.check()["sound"]
