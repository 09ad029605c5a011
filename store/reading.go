package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// Reading is one sensor value at one time.
type Reading struct {
	Sensor string    `json:"sensor,omitempty"` // temperature, humidity, … or a name the device chose
	Time   time.Time `json:"time"`
	Value  float64   `json:"value"` // in the unit of PROTOCOL §1; booleans are 0 and 1
}

const chunkSpan = time.Hour

// AddReadings stores readings of a device and the events that came with them. They are on disk when
// it returns nil.
func (db *DB) AddReadings(deviceID string, received time.Time, readings []Reading, events []Entry) error {
	err := db.update(func(tx *transaction) error {
		if tx.Bucket(bucketDevices).Get([]byte(deviceID)) == nil {
			return ErrNotFound
		}
		tail := tx.Bucket(bucketTail)
		if len(readings) > 0 {
			key, err := timeKey(tail, received.UnixMilli())
			if err != nil {
				return err
			}
			if err := tail.Put(key, packTail(deviceID, readings)); err != nil {
				return err
			}
		}
		return appendLog(tx.Tx, events)
	})
	if err == nil {
		db.noteLatest(deviceID, readings)
	}
	return err
}

func (db *DB) noteLatest(deviceID string, readings []Reading) {
	db.NoteStatus(deviceID, func(status *Status) {
		if status.Latest == nil {
			status.Latest = map[string]Reading{}
		}
		for _, reading := range readings {
			if known, ok := status.Latest[reading.Sensor]; !ok || !reading.Time.Before(known.Time) {
				status.Latest[reading.Sensor] = reading
			}
		}
	})
}

// Readings returns a device's readings of one sensor with from <= time < to, in time order.
func (db *DB) Readings(deviceID, sensor string, from, to time.Time) ([]Reading, error) {
	var found []Reading
	keep := func(reading Reading) {
		if reading.Sensor == sensor && !reading.Time.Before(from) && reading.Time.Before(to) {
			found = append(found, reading)
		}
	}
	err := db.view(func(tx *bbolt.Tx) error {
		prefix := append([]byte(deviceID), 0)
		cursor := tx.Bucket(bucketChunks).Cursor()
		for key, raw := cursor.Seek(chunkKey(deviceID, from)); key != nil && strings.HasPrefix(string(key), string(prefix)); key, raw = cursor.Next() {
			hour := chunkTime(key)
			if !hour.Before(to) {
				break
			}
			if err := unpackChunk(raw, hour, keep); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketTail).ForEach(func(_, raw []byte) error {
			if !tailIsOf(raw, deviceID) {
				return nil
			}
			_, readings, err := unpackTail(raw)
			for _, reading := range readings {
				keep(reading)
			}
			return err
		})
	})
	slices.SortStableFunc(found, func(a, b Reading) int { return a.Time.Compare(b.Time) })
	return found, err
}

// FoldReadings moves the readings received before the given time from the tail into packed chunks,
// one for each device and hour.
func (db *DB) FoldReadings(before time.Time) error {
	return db.update(func(tx *transaction) error {
		tail, chunks := tx.Bucket(bucketTail), tx.Bucket(bucketChunks)
		end := binary.BigEndian.AppendUint64(nil, uint64(before.UnixMilli()))
		grouped := map[string][]Reading{}
		var folded [][]byte
		cursor := tail.Cursor()
		for key, raw := cursor.First(); key != nil && string(key) < string(end); key, raw = cursor.Next() {
			id, readings, err := unpackTail(raw)
			if err != nil {
				return err
			}
			for _, reading := range readings {
				chunk := string(chunkKey(id, reading.Time))
				grouped[chunk] = append(grouped[chunk], reading)
			}
			folded = append(folded, slices.Clone(key))
		}
		for key, readings := range grouped {
			if err := mergeChunk(chunks, []byte(key), readings); err != nil {
				return err
			}
		}
		for _, key := range folded {
			if err := tail.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropReadings removes whole chunks of hours before the given time.
func (db *DB) DropReadings(before time.Time) error {
	return db.update(func(tx *transaction) error {
		chunks := tx.Bucket(bucketChunks)
		var old [][]byte
		err := chunks.ForEach(func(key, _ []byte) error {
			if !chunkTime(key).Add(chunkSpan).After(before) {
				old = append(old, slices.Clone(key))
			}
			return nil
		})
		for _, key := range old {
			if err := chunks.Delete(key); err != nil {
				return err
			}
		}
		return err
	})
}

func mergeChunk(chunks *bbolt.Bucket, key []byte, readings []Reading) error {
	hour := chunkTime(key)
	var all []Reading
	if raw := chunks.Get(key); raw != nil {
		if err := unpackChunk(raw, hour, func(r Reading) { all = append(all, r) }); err != nil {
			return err
		}
	}
	all = append(all, readings...)
	return chunks.Put(key, packChunk(hour, all))
}

// packTail: device id and readings of one request.
//
//	1 byte length of the id, id, then for each reading:
//	8 bytes unix milliseconds, 8 bytes float64 bits, 1 byte length of the sensor's name, name
func packTail(deviceID string, readings []Reading) []byte {
	raw := append([]byte{byte(len(deviceID))}, deviceID...)
	for _, reading := range readings {
		raw = binary.BigEndian.AppendUint64(raw, uint64(reading.Time.UnixMilli()))
		raw = binary.BigEndian.AppendUint64(raw, math.Float64bits(reading.Value))
		raw = append(raw, byte(len(reading.Sensor)))
		raw = append(raw, reading.Sensor...)
	}
	return raw
}

func tailIsOf(raw []byte, deviceID string) bool {
	return len(raw) > len(deviceID) && int(raw[0]) == len(deviceID) && string(raw[1:1+len(deviceID)]) == deviceID
}

func unpackTail(raw []byte) (deviceID string, readings []Reading, err error) {
	if len(raw) < 1 || len(raw) < 1+int(raw[0]) {
		return "", nil, fmt.Errorf("reading of %d bytes is cut short", len(raw))
	}
	deviceID, raw = string(raw[1:1+int(raw[0])]), raw[1+int(raw[0]):]
	for len(raw) > 0 {
		if len(raw) < 17 || len(raw) < 17+int(raw[16]) {
			return "", nil, fmt.Errorf("reading of %q is cut short", deviceID)
		}
		readings = append(readings, Reading{
			Sensor: string(raw[17 : 17+int(raw[16])]),
			Time:   time.UnixMilli(int64(binary.BigEndian.Uint64(raw))).UTC(),
			Value:  math.Float64frombits(binary.BigEndian.Uint64(raw[8:])),
		})
		raw = raw[17+int(raw[16]):]
	}
	return deviceID, readings, nil
}

// packChunk: readings of one hour, for each sensor
//
//	1 byte length of the name, name, uvarint number of readings, then for each, in time order:
//	uvarint milliseconds since the one before (since the hour for the first), 8 bytes float64 bits
func packChunk(hour time.Time, readings []Reading) []byte {
	slices.SortStableFunc(readings, func(a, b Reading) int {
		if c := strings.Compare(a.Sensor, b.Sensor); c != 0 {
			return c
		}
		return a.Time.Compare(b.Time)
	})
	var raw []byte
	for len(readings) > 0 {
		n := 1
		for n < len(readings) && readings[n].Sensor == readings[0].Sensor {
			n++
		}
		raw = append(raw, byte(len(readings[0].Sensor)))
		raw = append(raw, readings[0].Sensor...)
		raw = binary.AppendUvarint(raw, uint64(n))
		last := hour.UnixMilli()
		for _, reading := range readings[:n] {
			at := reading.Time.UnixMilli()
			raw = binary.AppendUvarint(raw, uint64(at-last))
			raw = binary.BigEndian.AppendUint64(raw, math.Float64bits(reading.Value))
			last = at
		}
		readings = readings[n:]
	}
	return raw
}

func unpackChunk(raw []byte, hour time.Time, visit func(Reading)) error {
	broken := fmt.Errorf("readings of hour %s are damaged", hour.Format(time.RFC3339))
	for len(raw) > 0 {
		if len(raw) < 1+int(raw[0]) {
			return broken
		}
		sensor := string(raw[1 : 1+int(raw[0])])
		raw = raw[1+int(raw[0]):]
		count, n := binary.Uvarint(raw)
		if n <= 0 {
			return broken
		}
		raw = raw[n:]
		at := hour.UnixMilli()
		for range count {
			delta, n := binary.Uvarint(raw)
			if n <= 0 || len(raw) < n+8 {
				return broken
			}
			at += int64(delta)
			visit(Reading{Sensor: sensor, Time: time.UnixMilli(at).UTC(), Value: math.Float64frombits(binary.BigEndian.Uint64(raw[n:]))})
			raw = raw[n+8:]
		}
	}
	return nil
}

func chunkKey(deviceID string, t time.Time) []byte {
	key := append([]byte(deviceID), 0)
	return binary.BigEndian.AppendUint64(key, uint64(max(0, t.Unix())/int64(chunkSpan.Seconds())))
}

func chunkTime(key []byte) time.Time {
	hour := binary.BigEndian.Uint64(key[len(key)-8:])
	return time.Unix(int64(hour)*int64(chunkSpan.Seconds()), 0).UTC()
}

// timeKey is a key in time order that no other record has.
func timeKey(bucket *bbolt.Bucket, stamp int64) ([]byte, error) {
	number, err := bucket.NextSequence()
	if err != nil {
		return nil, err
	}
	key := binary.BigEndian.AppendUint64(nil, uint64(stamp))
	return binary.BigEndian.AppendUint32(key, uint32(number)), nil
}

func deleteTail(tail *bbolt.Bucket, deviceID string) error {
	var keys [][]byte
	err := tail.ForEach(func(key, raw []byte) error {
		if tailIsOf(raw, deviceID) {
			keys = append(keys, slices.Clone(key))
		}
		return nil
	})
	for _, key := range keys {
		if err := tail.Delete(key); err != nil {
			return err
		}
	}
	return err
}
