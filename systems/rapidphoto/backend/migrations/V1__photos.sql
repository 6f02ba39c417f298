CREATE TABLE photos (
    id uuid PRIMARY KEY,
    object_key text NOT NULL UNIQUE,
    content_type text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
