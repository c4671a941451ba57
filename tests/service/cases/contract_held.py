"""api/openapi.yaml and the server say the same."""

from harness.contract import normal
from harness.program import run


def test_every_answer_of_this_run_was_as_the_contract_says(world):
    faults = world.contract.faults
    assert not faults, f"{len(faults)} answers differ:\n" + "\n".join(dict.fromkeys(faults))


def test_every_route_is_in_the_contract_and_the_other_way_round(world):
    done = run("routes")
    assert done.returncode == 0, done
    server = {normal(line) for line in done.stdout.splitlines() if line}
    contract = {normal(route) for route in world.contract.routes()}
    assert server == contract, f"server only: {server - contract}; contract only: {contract - server}"


def test_every_operation_was_walked(world):
    missing = [f"{method} {pattern}" for (method, pattern) in world.contract.operations
               if (method, pattern) not in world.contract.seen and pattern != "/api/v1/stream"]
    assert not missing, missing
    good = {key for key, statuses in world.contract.seen.items() if any(s < 400 for s in statuses)}
    allowed_without = {("GET", "/api/v1/stream"), ("POST", "/api/v1/effects/{id}/retry")}
    if world.program.web is None:
        allowed_without.add(("GET", "/m/{token}"))
    never = set(world.contract.operations) - good - allowed_without
    assert not never, f"never answered well: {sorted(never)}"
