package store

import (
	"fmt"
	"slices"
)

// UpdateAlbum changes an album that is there, or is ErrNotFound; a picture that is not there is ErrNotFound too.
// A picture stands in it once, at its first place.
func (db *DB) UpdateAlbum(id string, change func(*Album) error) (Album, error) {
	return db.albums.write(db, id, func(tx *transaction, item *Album, known bool) error {
		if !known {
			return fmt.Errorf("album %q: %w", id, ErrNotFound)
		}
		if err := change(item); err != nil {
			return err
		}
		item.ID = id
		var pictures []string
		for _, picture := range item.Pictures {
			if tx.Bucket(bucketPictures).Get([]byte(picture)) == nil {
				return fmt.Errorf("picture %q: %w", picture, ErrNotFound)
			}
			if !slices.Contains(pictures, picture) {
				pictures = append(pictures, picture)
			}
		}
		item.Pictures = pictures
		return nil
	})
}
