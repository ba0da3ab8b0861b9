"""The process that forks tasks about whole databases."""

from tests.kills.forks import follow
from tests.kills.tasks import Task, do

if __name__ == "__main__":
    follow(lambda told: Task(**told), do)
