package screen_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/rs/zerolog"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const base = "http://pi:5000"

// easel is a Screens on a real file with one approved device.
type easel struct {
	*screen.Screens
	t   *testing.T
	db  *store.DB
	log *bytes.Buffer
}

func newEasel(t *testing.T) *easel {
	t.Helper()
	db, err := store.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	renderer, err := render.New(os.DirFS(t.TempDir()), os.DirFS(t.TempDir())) // without fonts: Go’s letters do
	must(t, err)
	library, err := content.NewLibrary(nil)
	must(t, err)
	log := &bytes.Buffer{}
	must(t, db.CreateDevice(store.Device{ID: "panel", DeviceType: "T", Approved: true, TimeZone: "Europe/Berlin"}))
	return &easel{screen.New(db, renderer, library, zerolog.New(log)), t, db, log}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// change changes the device and returns it.
func (e *easel) change(change func(*store.Device)) store.Device {
	e.t.Helper()
	device, err := e.db.UpdateDevice("panel", func(device *store.Device) error {
		change(device)
		return nil
	})
	must(e.t, err)
	return device
}

func (e *easel) at(device store.Device, now time.Time) store.Drawn {
	return e.Current(device, base, now).Drawn
}

// picture stores a picture of one grey.
func (e *easel) picture(shade uint8) store.Picture {
	e.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	var out bytes.Buffer
	must(e.t, jpeg.Encode(&out, img, nil))
	stored, err := e.db.AddPicture(store.Picture{Mode: "fill", Uploaded: noon}, out.Bytes())
	must(e.t, err)
	return stored
}

func TestAScreenIsDrawnOnceWhileNothingVisibleChanges(t *testing.T) {
	e := newEasel(t)
	device := e.change(func(*store.Device) {})
	first := e.at(device, noon)
	if first.Width != 800 || first.Height != 480 || first.Name != "Default" || !first.At.Equal(noon) {
		t.Fatalf("%+v", first)
	}
	for name, now := range map[string]time.Time{"a second later": noon.Add(time.Second), "before the next refresh": noon.Add(5*time.Minute - 1)} {
		if again := e.at(device, now); again.ETag != first.ETag || !again.At.Equal(noon) {
			t.Errorf("%s it is drawn again", name)
		}
	}
	later := e.at(device, noon.Add(5*time.Minute))
	if later.ETag == first.ETag {
		t.Error("the clock stands still")
	}
	e.db.NoteStatus("panel", func(status *store.Status) {
		status.Latest = map[string]store.Reading{"temperature": {Sensor: "temperature", Time: noon, Value: 21.4}}
	})
	warm := e.at(device, noon.Add(6*time.Minute))
	if warm.ETag == later.ETag {
		t.Error("a new temperature does not show")
	}
	named := e.at(e.change(func(device *store.Device) { device.Nickname = "Kitchen" }), noon.Add(6*time.Minute))
	if named.ETag == warm.ETag {
		t.Error("a new name does not show")
	}
}

func TestContentChangesByScheduleAndDiffersBetweenDevices(t *testing.T) {
	e := newEasel(t)
	must(t, e.db.CreateDevice(store.Device{ID: "other", DeviceType: "T", Approved: true, TimeZone: "Europe/Berlin", Nickname: "panel"}))
	other, err := e.db.Device("other")
	must(t, err)
	device := e.change(func(device *store.Device) { device.Nickname = "panel" })
	if e.at(device, noon).ETag == e.at(other, noon).ETag {
		t.Error("two devices show the same joke, riddle and headline")
	}
	only := e.change(func(device *store.Device) { device.Preferences.Jokes = []string{"programming_jokes"} })
	if e.at(only, noon).ETag == e.at(device, noon).ETag {
		t.Error("the choice of jokes makes no difference")
	}
}

func TestPhotosTakeTurns(t *testing.T) {
	e := newEasel(t)
	black, white := e.picture(0), e.picture(255)
	device := e.change(func(device *store.Device) { device.Pictures = []string{black.ID, white.ID} })
	dark := func(now time.Time) bool {
		drawn := e.at(device, now)
		return drawn.Pix[300*((drawn.Width+7)/8)+10] == 0 // in the middle of the photo's place
	}
	seen := map[bool]int{}
	for slot := range 4 {
		seen[dark(noon.Add(time.Duration(slot)*screen.PhotoInterval))]++
	}
	if seen[true] != 2 || seen[false] != 2 {
		t.Errorf("of four turns the dark one had %d", seen[true])
	}
}

func TestAScreenThatCannotBeDrawnLeavesTheLastGoodOne(t *testing.T) {
	e := newEasel(t)
	device := e.change(func(*store.Device) {})
	good := e.at(device, noon)
	broken, err := e.db.AddPicture(store.Picture{Mode: "fill", Uploaded: noon}, []byte("no JPEG"))
	must(t, err)
	device = e.change(func(device *store.Device) { device.Pictures = []string{broken.ID} })
	if got := e.at(device, noon.Add(time.Hour)); got.ETag != good.ETag {
		t.Error("the last good screen is gone")
	}
	if !strings.Contains(e.log.String(), "broken picture") || !strings.Contains(e.log.String(), `"device_id":"panel"`) {
		t.Errorf("the log does not say why: %s", e.log)
	}
	must(t, e.db.CreateDevice(store.Device{ID: "new", DeviceType: "T", Approved: true, Pictures: []string{broken.ID}}))
	fresh, err := e.db.Device("new")
	must(t, err)
	if got := e.at(fresh, noon); got.Name != "Status" || len(got.Pix) != 48000 {
		t.Errorf("without a good one it shows %q, %d bytes", got.Name, len(got.Pix))
	}
	if got := e.Fallback(device, noon); got.ETag != good.ETag {
		t.Error("the fallback is another screen")
	}
}

func TestAPendingDeviceShowsItsCode(t *testing.T) {
	e := newEasel(t)
	pending := e.change(func(device *store.Device) { device.Approved, device.Code = false, "123456" })
	first := e.at(pending, noon)
	if first.Name != "Waiting for approval" {
		t.Errorf("it shows %q", first.Name)
	}
	if e.at(pending, noon.Add(3*time.Hour)).ETag != first.ETag {
		t.Error("it is drawn again although nothing changed")
	}
	if e.Current(pending, "http://elsewhere", noon).ETag == first.ETag {
		t.Error("its address makes no difference")
	}
}

func TestRefreshIsAlignedAndSpread(t *testing.T) {
	e := newEasel(t)
	seconds := map[int]bool{}
	for i := range 60 {
		device := store.Device{ID: fmt.Sprint("panel-", i), DeviceType: "T", Approved: true}
		must(t, e.db.CreateDevice(device))
		wait := e.Current(device, base, noon.Add(100*time.Second)).RefreshSeconds(noon.Add(100 * time.Second))
		if wait < 200 || wait > 220 {
			t.Errorf("%s waits %d s", device.ID, wait)
		}
		if again := e.Current(device, base, noon.Add(200*time.Second)).RefreshSeconds(noon.Add(200 * time.Second)); again != wait-100 {
			t.Errorf("%s has no fixed time: %d s, then %d s", device.ID, wait, again)
		}
		seconds[wait] = true
	}
	if len(seconds) < 10 {
		t.Errorf("60 devices come at %d different seconds", len(seconds))
	}
}

func TestPictureTagNamesTheBits(t *testing.T) {
	picture, panel := store.Picture{SHA256: "a", Mode: "fill"}, render.DefaultPanel()
	base := screen.PictureTag(picture, panel)
	fit, other, edited, small, red := picture, picture, picture, panel, panel
	edited.Edit = render.Edit{Dither: "atkinson"}
	fit.Mode, other.SHA256, small.Width, red.Palette = "fit", "b", 400, "bwr"
	for name, tag := range map[string]string{
		"mode": screen.PictureTag(fit, panel), "bytes": screen.PictureTag(other, panel), "panel": screen.PictureTag(picture, small),
		"palette": screen.PictureTag(picture, red), "edit": screen.PictureTag(edited, panel),
	} {
		if tag == base {
			t.Errorf("another %s has the same tag", name)
		}
	}
	renamed := picture
	renamed.Title, renamed.Uploaded = "x", noon
	if screen.PictureTag(renamed, panel) != base {
		t.Error("a name makes another tag")
	}
}
