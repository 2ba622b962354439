-- One database a service; a service never reads another's.
CREATE DATABASE xianjie_ingest;
CREATE DATABASE xianjie_screening;
CREATE DATABASE xianjie_indicators;
CREATE DATABASE xianjie_assets;
