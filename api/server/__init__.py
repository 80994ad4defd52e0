"""Between granian (RSGI) and Django (WSGI): no thread of Django ever waits for a client.

Bodies are received before a thread is taken, answers and files are sent by granian after the thread is free again.
docs/adr/0017-threads-never-wait-for-clients.md has the reasons and measurements.
"""
