from calendar_service.entrance.answers import *  # noqa: F403 - moved: import it from calendar_service.entrance
