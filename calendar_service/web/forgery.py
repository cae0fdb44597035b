from calendar_service.entrance.forgery import *  # noqa: F403 - moved: import it from calendar_service.entrance
