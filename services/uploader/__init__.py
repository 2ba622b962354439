"""The uploader (报送工具), `xianjie push`: a department's file, in chunks, to ingest's REST door.

It knows the platform as any integrator does, by its documents: it reads files with `shared.sheets`,
asks for nothing but HTTP and keeps, beside the file, how far it has come. A chunk's key is made of
the run and the chunk's number, so a chunk that was sent and not heard of is sent again and done once.
"""
