"""What features mean, as small tables: tests of every engine, and the page of docs/.

Each module holds cases on one subject. A case declares features of the small city
(`tests.features.small_city`), lists records, and states every value. Days of
records that a table leaves out are empty; a record is known on its event day.
"""
