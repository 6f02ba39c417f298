CREATE INDEX photos_newest_first ON photos (created_at DESC, id);
