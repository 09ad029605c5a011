package store

import (
	"fmt"
	"time"

	"personalcms/content/schedule"
	"personalcms/render"

	"go.etcd.io/bbolt"
)

// Layout is a layout as its owner made or changed it. One with the id of a ready layout stands in its place.
type Layout struct {
	render.Layout
	Revision int       `json:"revision"` // counts the times it was saved
	Saved    time.Time `json:"saved"`
}

// Layout returns a layout by its id: the owner's, else the ready one (Revision 0), or ErrNotFound.
func (db *DB) Layout(id string) (Layout, error) {
	layout, err := db.layouts.get(db, id)
	if err == nil {
		return layout, nil
	}
	if ready, ok := render.ReadyLayout(id); ok {
		return Layout{Layout: ready}, nil
	}
	return Layout{}, fmt.Errorf("layout %q: %w", id, err)
}

// Layouts returns all layouts: the ready ones in their order, changed or not, then the owner's.
func (db *DB) Layouts() []Layout {
	var all []Layout
	for _, ready := range render.ReadyLayouts() {
		layout, err := db.layouts.get(db, ready.ID)
		if err != nil {
			layout = Layout{Layout: ready}
		}
		all = append(all, layout)
	}
	for _, layout := range db.layouts.all(db) {
		if _, ready := render.ReadyLayout(layout.ID); !ready {
			all = append(all, layout)
		}
	}
	return all
}

// SaveLayout stores a layout that was read at some revision (0 = it is new or a ready one) and returns it as it is
// now. When somebody else saved it meanwhile it is ErrConflict and the stored one is returned.
func (db *DB) SaveLayout(layout render.Layout, revision int, now time.Time) (Layout, error) {
	var stored Layout
	_, err := db.layouts.write(db, layout.ID, func(_ *transaction, item *Layout, _ bool) error {
		if stored = *item; item.Revision != revision {
			return fmt.Errorf("layout %q: %w", layout.ID, ErrConflict)
		}
		*item = Layout{Layout: layout, Revision: revision + 1, Saved: now}
		stored = *item
		return nil
	})
	return stored, err
}

// DeleteLayout removes a layout of the owner's; a ready one becomes again what it was. It is ErrInUse while a
// playlist or a device shows one that would be gone.
func (db *DB) DeleteLayout(id string) error {
	return db.layouts.remove(db, id, func(tx *transaction, _ Layout) error {
		if _, ready := render.ReadyLayout(id); ready {
			return nil
		}
		used, err := usesEntry(tx.Tx, schedule.KindLayout, id)
		if err == nil && used {
			err = fmt.Errorf("layout %q: %w", id, ErrInUse)
		}
		return err
	})
}

// usesEntry tells whether a playlist or a device shows this layout, picture or album.
func usesEntry(tx *bbolt.Tx, kind, ref string) (bool, error) {
	used := false
	err := each(tx.Bucket(bucketPlaylists), func(_ string, playlist schedule.Playlist) error {
		for _, entry := range playlist.Entries {
			used = used || entry.Kind == kind && entry.Ref == ref
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	err = each(tx.Bucket(bucketDevices), func(_ string, device Device) error {
		used = used || kind == schedule.KindLayout && device.Preferences.Layout == ref
		return nil
	})
	return used, err
}
