"""Rejected records on their way out to be mended, and on their way back.

A reject file holds one line for each source record in which a row was rejected: the record as it stands in
the source, where that was, and every reason of every row of it. Fed back, a mended record takes the place of
the original: places go on pointing at the first file, rows of it that were written then are not written
again, and rows that waited for another one are released.
"""
