from calendar_service.entrance.asking import *  # noqa: F403 - moved: import it from calendar_service.entrance
