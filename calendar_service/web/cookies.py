from calendar_service.entrance.cookies import *  # noqa: F403 - moved: import it from calendar_service.entrance
