from calendar_service.entrance.doors import *  # noqa: F403 - moved: import it from calendar_service.entrance
