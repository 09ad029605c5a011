package screen

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"personalcms/content"
	"personalcms/render"
	"personalcms/store"
)

// itemsFound is how many items a widget is given, the one whose turn it is first.
const itemsFound = 12

// inputOf finds all that a widget needs. Data that is not there is left out: the widget says so.
func (c *composer) inputOf(w render.Widget) (render.Input, error) {
	var in render.Input
	kind, ok := render.KindNamed(w.Kind)
	if !ok {
		return in, nil
	}
	options := kind.Complete(w.Options)
	in.Sources = c.sources(w.Sources)
	if kind.Needs.Category != "" {
		in.Items, in.Before = c.turn(w.ID, kind.Needs.Category, options)
	}
	if kind.Needs.Sensor {
		var err error
		if in.Series, err = c.seriesOf(options); err != nil {
			return in, err
		}
	}
	var err error
	in.Photo, err = c.photo(kind, options, in.Sources)
	return in, err
}

// fetchTakes is how long after its time a source's new value is expected.
const fetchTakes = time.Minute

// sources are those that a widget names and that exist, with what they gave last.
func (c *composer) sources(ids []string) []render.SourceData {
	var found []render.SourceData
	for _, id := range ids {
		source, err := c.db.Source(id)
		if err != nil {
			continue
		}
		fetched := c.db.Fetched(id)
		found = append(found, render.SourceData{
			ID: id, Name: source.Name, Kind: source.Kind, Credit: source.Credit, Feed: fetched.Feed, Error: fetched.State.LastError,
			Stale: fetched.State.Failures > 0,
		})
		if next, ok := content.NextFetch(source.Source, fetched.State); ok {
			c.expected = append(c.expected, next.Add(fetchTakes))
		}
	}
	return found
}

// turn are the items of a category whose turn it is, and the one before them.
func (c *composer) turn(widget, category string, options render.Options) (items, before []content.Item) {
	names := strings.FieldsFunc(options.Text("from"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(names) == 0 {
		names = c.device.Preferences.Chosen(category)
	}
	every := time.Duration(max(1, options.Int("every"))) * time.Minute
	slot := content.Slot(c.now, every)
	key := fmt.Sprint(category, names, slot, every, c.library.Generation())
	found, _ := keep(c.desk.items, widget, key, func() ([]content.Item, error) {
		return c.library.Turn(category, names, c.device.ID, slot-1, itemsFound+1), nil
	})
	if len(found) < 2 {
		return found, nil
	}
	return found[1:], found[:1]
}

// spans are how far back charts look.
var spans = map[string]time.Duration{"24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

// maxPoints is how many readings of a sensor a widget is given, lows and highs kept.
const maxPoints = 800

// seriesOf are the readings of the sensors that a widget's options name.
func (c *composer) seriesOf(options render.Options) ([]render.Series, error) {
	device := c.device
	if id := options.Text("device"); id != "" {
		other, err := c.db.Device(id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
		device = other
	}
	span, ok := spans[options.Text("span")]
	if !ok {
		span = spans["24h"]
	}
	// Charts move on with the screen's refresh; between two of them nothing is read.
	to := c.now.Truncate(clockStep(c.device, c.settings)).Add(clockStep(c.device, c.settings))
	c.expected = append(c.expected, to)
	status := c.db.Status(device.ID)
	var all []render.Series
	for _, option := range []string{"sensor", "sensor2", "sensor3"} {
		sensor := options.Text(option)
		if sensor == "" {
			continue
		}
		series := render.Series{
			Sensor: sensor, Label: device.Title(), Unit: store.UnitOf(sensor), From: to.Add(-span), To: to,
		}
		if latest, ok := status.Latest[sensor]; ok {
			series.Latest = &render.Value{Value: latest.Value, At: latest.Time}
		}
		var err error
		key := device.ID + " " + sensor + " " + span.String()
		series.Points, err = keep(c.desk.series, key, strconv.FormatInt(to.Unix(), 10), func() ([]render.Point, error) {
			return c.points(device.ID, sensor, series.From, to)
		})
		if err != nil {
			return nil, err
		}
		all = append(all, series)
	}
	return all, nil
}

func (c *composer) points(deviceID, sensor string, from, to time.Time) ([]render.Point, error) {
	readings, err := c.db.Readings(deviceID, sensor, from, to)
	if err != nil {
		return nil, fmt.Errorf("readings of %q: %w", sensor, err)
	}
	points := make([]render.Point, 0, min(len(readings), maxPoints))
	for _, reading := range store.Thin(readings, maxPoints) {
		points = append(points, render.Point{At: reading.Time, Value: reading.Value})
	}
	return points, nil
}

// photo is the picture a widget shows: the one its options name, the one of an album or of the device's own whose
// turn it is, or the one its source gave; nil if there is none.
func (c *composer) photo(kind render.Kind, options render.Options, sources []render.SourceData) (*render.Photo, error) {
	for _, source := range sources {
		if id := source.Feed.ImageID; id != "" {
			data, err := c.db.Blob(id)
			if errors.Is(err, store.ErrNotFound) {
				continue // the source has just got another one; the next drawing shows it
			}
			if err != nil {
				return nil, fmt.Errorf("picture of source %q: %w", source.ID, err)
			}
			return &render.Photo{ID: id, Data: data, Mode: "fit", Caption: source.Feed.Title}, nil
		}
	}
	if !kind.Needs.Picture {
		return nil, nil
	}
	ids := c.device.Pictures
	if album, err := c.db.Album(options.Text("album")); err == nil {
		ids = album.Pictures
	}
	if id := options.Text("picture"); id != "" {
		ids = []string{id}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	every := PhotoInterval
	if minutes := options.Int("every"); minutes > 0 {
		every = time.Duration(minutes) * time.Minute
	}
	if len(ids) > 1 {
		c.expected = append(c.expected, c.now.Truncate(every).Add(every))
	}
	photo, err := c.picture(ids[int(content.Slot(c.now, every)%int64(len(ids)))])
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // it was deleted; the widget says that it has none
	}
	return photo, err
}

// picture is a stored picture.
func (c *composer) picture(id string) (*render.Photo, error) {
	picture, err := c.db.Picture(id)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", id, err)
	}
	data, err := c.db.Blob(picture.SHA256)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", id, err)
	}
	return &render.Photo{ID: picture.SHA256, Data: data, Mode: picture.Mode, Edit: picture.Edit, Caption: picture.Title}, nil
}

// Picture is a stored picture alone as the panel of a device would show it, and the tag that changes
// when and only when its bits do.
func (s *Screens) Picture(picture store.Picture, p render.Panel) (*render.Bitmap, error) {
	data, err := s.db.Blob(picture.SHA256)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", picture.ID, err)
	}
	return s.renderer.Preview(picture.SHA256, data, p, picture.Shown())
}

// PictureTag names the bits of a picture on a panel without drawing them.
func PictureTag(picture store.Picture, p render.Panel) string {
	named := fmt.Appendf(nil, "%s %s %d %d %d", picture.SHA256, picture.Mode, p.Width, p.Height, p.Colors)
	if inks := p.Inks().Name; inks != "bw" { // devices keep what they have of the names that were given before
		named = append(named, inks...)
	}
	if picture.Edit != (render.Edit{}) {
		named = fmt.Appendf(named, " %+v", picture.Edit)
	}
	sum := sha256.Sum256(named)
	return hex.EncodeToString(sum[:8])
}
