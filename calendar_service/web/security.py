from calendar_service.entrance.security import *  # noqa: F403 - moved: import it from calendar_service.entrance
