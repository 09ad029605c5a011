package store

import (
	"fmt"
	"slices"

	"personalcms/content/schedule"
)

// Album is a set of pictures that are shown in turns.
type Album struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Pictures []string `json:"pictures"` // ids, in their order
}

// Playlist returns one playlist, or ErrNotFound.
func (db *DB) Playlist(id string) (schedule.Playlist, error) { return db.playlists.get(db, id) }

// Playlists returns all playlists in the order of their ids.
func (db *DB) Playlists() []schedule.Playlist { return db.playlists.all(db) }

// PlaylistOf is what a device turns through: its own playlist, else the default one, else an empty one.
func (db *DB) PlaylistOf(device Device) schedule.Playlist {
	if playlist, err := db.Playlist(device.Playlist); err == nil {
		return playlist
	}
	for _, playlist := range db.Playlists() {
		if playlist.Default {
			return playlist
		}
	}
	return schedule.Playlist{}
}

// SavePlaylist stores a playlist. A default one takes that from all others.
func (db *DB) SavePlaylist(playlist schedule.Playlist) error {
	_, err := db.playlists.write(db, playlist.ID, func(tx *transaction, item *schedule.Playlist, _ bool) error {
		*item = playlist
		if !playlist.Default {
			return nil
		}
		return db.onlyDefault(tx, playlist.ID)
	})
	return err
}

func (db *DB) onlyDefault(tx *transaction, id string) error {
	var others []schedule.Playlist
	err := each(tx.Bucket(bucketPlaylists), func(_ string, other schedule.Playlist) error {
		if other.Default && other.ID != id {
			other.Default = false
			others = append(others, other)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, other := range others {
		if err := put(tx.Bucket(bucketPlaylists), []byte(other.ID), other); err != nil {
			return err
		}
	}
	tx.after = append(tx.after, func() {
		db.mu.Lock()
		for _, other := range others {
			db.playlists.set(other.ID, other)
		}
		db.mu.Unlock()
	})
	return nil
}

// DeletePlaylist removes a playlist; ErrInUse while devices name it.
func (db *DB) DeletePlaylist(id string) error {
	return db.playlists.remove(db, id, func(tx *transaction, _ schedule.Playlist) error {
		used := false
		err := each(tx.Bucket(bucketDevices), func(_ string, device Device) error {
			used = used || device.Playlist == id
			return nil
		})
		if err == nil && used {
			err = fmt.Errorf("playlist %q: %w", id, ErrInUse)
		}
		return err
	})
}

// Album returns one album, or ErrNotFound.
func (db *DB) Album(id string) (Album, error) { return db.albums.get(db, id) }

// Albums returns all albums in the order of their ids.
func (db *DB) Albums() []Album { return db.albums.all(db) }

// SaveAlbum stores an album; a picture that is not there is ErrNotFound.
func (db *DB) SaveAlbum(album Album) error {
	_, err := db.albums.write(db, album.ID, func(tx *transaction, item *Album, _ bool) error {
		for _, id := range album.Pictures {
			if tx.Bucket(bucketPictures).Get([]byte(id)) == nil {
				return fmt.Errorf("picture %q: %w", id, ErrNotFound)
			}
		}
		*item = album
		return nil
	})
	return err
}

// DeleteAlbum removes an album, not its pictures; ErrInUse while a playlist shows it.
func (db *DB) DeleteAlbum(id string) error {
	return db.albums.remove(db, id, func(tx *transaction, _ Album) error {
		used, err := usesEntry(tx.Tx, schedule.KindAlbum, id)
		if err == nil && used {
			err = fmt.Errorf("album %q: %w", id, ErrInUse)
		}
		return err
	})
}

// forgetPicture takes a picture out of albums and playlists.
func (db *DB) forgetPicture(tx *transaction, id string) error {
	var albums []Album
	err := each(tx.Bucket(bucketAlbums), func(_ string, album Album) error {
		if slices.Contains(album.Pictures, id) {
			album.Pictures = without(album.Pictures, id)
			albums = append(albums, album)
		}
		return nil
	})
	if err != nil {
		return err
	}
	shown := func(e schedule.Entry) bool { return e.Kind == schedule.KindPicture && e.Ref == id }
	var playlists []schedule.Playlist
	err = each(tx.Bucket(bucketPlaylists), func(_ string, playlist schedule.Playlist) error {
		if slices.ContainsFunc(playlist.Entries, shown) {
			playlist.Entries = slices.DeleteFunc(slices.Clone(playlist.Entries), shown)
			playlists = append(playlists, playlist)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, album := range albums {
		if err := put(tx.Bucket(bucketAlbums), []byte(album.ID), album); err != nil {
			return err
		}
	}
	for _, playlist := range playlists {
		if err := put(tx.Bucket(bucketPlaylists), []byte(playlist.ID), playlist); err != nil {
			return err
		}
	}
	tx.after = append(tx.after, func() {
		db.mu.Lock()
		defer db.mu.Unlock()
		for _, album := range albums {
			db.albums.set(album.ID, album)
		}
		for _, playlist := range playlists {
			db.playlists.set(playlist.ID, playlist)
		}
	})
	return nil
}
