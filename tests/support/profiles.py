"""How long Hypothesis searches, and whether by chance.

`ci` walks the same examples every run, so that a red run can be run again.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "dev",
    deadline=None,  # two cores, shared: a slow example is no wrong example
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "ci", settings.get_profile("dev"), derandomize=True, database=None, print_blob=True
)
settings.load_profile("dev")
