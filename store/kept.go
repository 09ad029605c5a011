package store

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// kept is a bucket whose records are in memory as well, because every screen needs them. The fields are set
// once; items is guarded by DB.mu.
type kept[T any] struct {
	bucket []byte
	change string // the Change.Kind that watchers are told
	id     func(T) string
	items  map[string]T

	generation uint64 // counts the changes since the program started
}

// set puts a record into memory, or takes it out; the caller holds the lock.
func (k *kept[T]) set(id string, item T) { k.items[id] = item; k.generation++ }
func (k *kept[T]) unset(id string)       { delete(k.items, id); k.generation++ }

func (k *kept[T]) load(tx *bbolt.Tx) error {
	k.items = map[string]T{}
	return each(tx.Bucket(k.bucket), func(id string, item T) error {
		k.items[id] = item
		return nil
	})
}

// get returns one record, or ErrNotFound.
func (k *kept[T]) get(db *DB, id string) (T, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	item, ok := k.items[id]
	if !ok {
		return item, ErrNotFound
	}
	return item, nil
}

// all returns the records in the order of their ids.
func (k *kept[T]) all(db *DB) []T {
	db.mu.RLock()
	items := make([]T, 0, len(k.items))
	for _, item := range k.items {
		items = append(items, item)
	}
	db.mu.RUnlock()
	slices.SortFunc(items, func(a, b T) int { return strings.Compare(k.id(a), k.id(b)) })
	return items
}

// write changes one record in a transaction: change gets what is there and whether there is anything. An error of
// change is returned and nothing is written; ErrUnchanged is no error.
func (k *kept[T]) write(db *DB, id string, change func(tx *transaction, item *T, known bool) error) (T, error) {
	var item T
	err := db.update(func(tx *transaction) error {
		found, err := get[T](tx.Bucket(k.bucket), []byte(id))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		item = found
		if err := change(tx, &item, err == nil); err != nil {
			return err
		}
		stored := item
		tx.after = append(tx.after, func() {
			db.mu.Lock()
			k.set(id, stored)
			db.mu.Unlock()
			db.watchers.tell(Change{Kind: k.change, ID: id})
		})
		return put(tx.Bucket(k.bucket), []byte(id), item)
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return item, err
}

// remove deletes a record; check is asked first, in the same transaction.
func (k *kept[T]) remove(db *DB, id string, check func(tx *transaction, item T) error) error {
	return db.update(func(tx *transaction) error {
		item, err := get[T](tx.Bucket(k.bucket), []byte(id))
		if err != nil {
			return err
		}
		if err := check(tx, item); err != nil {
			return err
		}
		tx.after = append(tx.after, func() {
			db.mu.Lock()
			k.unset(id)
			db.mu.Unlock()
			db.watchers.tell(Change{Kind: k.change, ID: id})
		})
		return tx.Bucket(k.bucket).Delete([]byte(id))
	})
}

func sortedKeys[T any](items map[string]T) []string { return slices.Sorted(maps.Keys(items)) }
