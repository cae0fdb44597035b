from calendar_service.entrance.rendering import *  # noqa: F403 - moved: import it from calendar_service.entrance
