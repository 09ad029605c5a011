package fleet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"personalcms/ota"
	"personalcms/store"

	"github.com/rs/zerolog"
)

// devicesAtOnce is how many devices one look asks what they should run: in a large fleet many want the same pair of images.
const devicesAtOnce = 200

// Deltas makes the patches that devices can use, in the background: one at a time.
type Deltas struct {
	db  *store.DB
	log zerolog.Logger
	now func() time.Time

	work sync.WaitGroup
	busy sync.Mutex
	next string // id of the device where the next look begins
}

// NewDeltas makes a Deltas.
func NewDeltas(db *store.DB, log zerolog.Logger, now func() time.Time) *Deltas {
	return &Deltas{db: db, log: log, now: now}
}

// Due begins to make the patches that are wanted and returns at once; while the last call is still at work it does nothing.
func (d *Deltas) Due(ctx context.Context) {
	d.work.Go(func() {
		if err := d.Make(ctx); err != nil && ctx.Err() == nil {
			d.log.Error().Err(err).Msg("deltas could not be made")
		}
	})
}

// Wait returns when no patch is being made any more.
func (d *Deltas) Wait() { d.work.Wait() }

// Make makes the patches that the next devicesAtOnce devices want, unless that is being done already.
func (d *Deltas) Make(ctx context.Context) error {
	if !d.busy.TryLock() {
		return nil
	}
	defer d.busy.Unlock()
	var failed error
	for pair, keys := range d.wanted() {
		if ctx.Err() != nil {
			break
		}
		if _, err := d.db.Delta(pair.from, pair.to); !errors.Is(err, store.ErrNotFound) {
			failed = errors.Join(failed, err)
			continue
		}
		if err := d.makeOne(ctx, pair, keys); err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = errors.Join(failed, fmt.Errorf("delta from %s to %s: %w", keys.from, keys.to, err))
		}
	}
	return failed
}

// pair is what a patch leads from and to: the digest that devices report and that of a file.
type pair struct{ from, to string }

// keys are the firmware of a pair.
type keys struct{ from, to string }

// wanted are the pairs of images for the next devices that can apply patches.
func (d *Deltas) wanted() map[pair]keys {
	now, pairs := d.now(), map[pair]keys{}
	for _, device := range d.round() {
		status := d.db.Status(device.ID)
		from := d.db.RunningKey(status.ImageSHA256, device.DeviceType)
		if from == "" {
			continue
		}
		facts, err := d.db.UpdateFacts(device.ID)
		if err != nil {
			continue // it was deleted meanwhile
		}
		running := ota.CheckIn{ImageSHA256: status.ImageSHA256, State: status.OTAState}
		for _, target := range ota.Prospects(facts.Input(running, status), now) {
			if target.Image.ImageSHA256 != status.ImageSHA256 {
				pairs[pair{status.ImageSHA256, target.Image.SHA256}] = keys{from, target.Key}
			}
		}
	}
	return pairs
}

// round are the next devices that can apply patches, in the order of their ids; after the last comes the first again.
func (d *Deltas) round() []store.Device {
	devices := slices.DeleteFunc(d.db.Devices(), func(device store.Device) bool { return !d.db.Status(device.ID).AcceptsDelta })
	at := slices.IndexFunc(devices, func(device store.Device) bool { return device.ID >= d.next })
	if at > 0 {
		devices = append(devices[at:], devices[:at]...)
	}
	if d.next = ""; len(devices) > devicesAtOnce {
		d.next = devices[devicesAtOnce].ID
		devices = devices[:devicesAtOnce]
	}
	return devices
}

// makeOne makes a patch and keeps it, or why there is none: a pair is tried once.
func (d *Deltas) makeOne(ctx context.Context, p pair, k keys) error {
	began := d.now()
	patch, why, err := d.patch(ctx, k, p.to)
	if err != nil {
		return err
	}
	made := d.now()
	return d.db.AddDelta(store.Delta{
		From: p.from, To: p.to, FromKey: k.from, ToKey: k.to, Made: made, Seconds: made.Sub(began).Seconds(), Why: why,
	}, patch)
}

// patch makes a patch and applies it for a trial; why says why there is none.
func (d *Deltas) patch(ctx context.Context, k keys, sum string) (patch []byte, why string, err error) {
	old, err := d.image(k.from)
	if err != nil {
		return nil, "", err
	}
	fresh, err := d.image(k.to)
	if err != nil {
		return nil, "", err
	}
	if old, err = ota.Covered(old); err == nil {
		patch, err = ota.MakeDelta(ctx, old, fresh)
	}
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case errors.Is(err, ota.ErrDeltaTooLarge):
		return nil, store.DeltaImageTooLarge, nil
	case errors.Is(err, ota.ErrDeltaTooHard):
		return nil, store.DeltaTooHard, nil
	case err == nil && 2*len(patch) >= len(fresh):
		return nil, store.DeltaTooLarge, nil
	}
	made := sha256.New()
	if err == nil {
		_, err = ota.ApplyDelta(made, old, bytes.NewReader(patch), int64(len(fresh)))
	}
	if err != nil || hex.EncodeToString(made.Sum(nil)) != sum {
		d.log.Error().Err(err).Str("from", k.from).Str("to", k.to).Msg("a delta does not give the image")
		return nil, store.DeltaBad, nil
	}
	return patch, "", nil
}

func (d *Deltas) image(key string) ([]byte, error) {
	firmware, err := d.db.Firmware(key)
	if err != nil {
		return nil, err
	}
	return d.db.Blob(firmware.Image.SHA256)
}
