package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"personalcms/content"
	"personalcms/handlers/feeds"
	"personalcms/handlers/fleet"
	"personalcms/handlers/intake"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// runFor does the jobs for a while of the bubble's clock.
func runFor(db *store.DB, log *bytes.Buffer, d time.Duration) {
	runWatching(db, nil, log, d)
}

// runWatching is runFor with a folder that is watched.
func runWatching(db *store.DB, folder *intake.Folder, log *bytes.Buffer, d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	logger := zerolog.New(log)
	Run(ctx, db, feeds.New(db, content.NewFetcher("PersonalCMS/test", time.Now), logger, time.Now), fleet.New(db, time.Now()), fleet.NewDeltas(db, logger, time.Now), folder, logger, time.Now)
}

// TestJobsRunWhenDue counts the failures of jobs on a closed file: one line in the log for each run.
func TestJobsRunWhenDue(t *testing.T) {
	for _, test := range []struct {
		name string
		d    time.Duration
		want map[string]int
	}{
		{"before the first is due", time.Hour - time.Second, map[string]int{}},
		{"an hour", time.Hour + time.Second, map[string]int{
			"pack readings by the hour": 1, "drop old log entries": 1, "drop expired sessions": 1,
		}},
		{"a day", 24*time.Hour + time.Second, map[string]int{
			"pack readings by the hour": 24, "drop old log entries": 24, "drop expired sessions": 24, "drop old readings": 1,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db, err := store.Open(t.TempDir())
				must(t, err)
				must(t, db.Close())
				var log bytes.Buffer
				runFor(db, &log, test.d)
				if diff := cmp.Diff(test.want, failures(t, &log)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

func failures(t *testing.T, log *bytes.Buffer) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for lines := json.NewDecoder(log); lines.More(); {
		var line struct{ Job, Level string }
		must(t, lines.Decode(&line))
		if line.Level == "error" {
			counts[line.Job]++
		}
	}
	return counts
}

// TestTableNamesIntervals keeps an interval from being changed by mistake: the shorter ones cost a
// memory card its life, the longer ones data.
func TestTableNamesIntervals(t *testing.T) {
	got := map[string]time.Duration{}
	for _, job := range table(t.Context(), nil, nil, fleet.New(nil, time.Time{}), nil, intake.Watch("", nil, 0, zerolog.Nop())) {
		got[job.name] = job.every
	}
	want := map[string]time.Duration{
		"move rollouts on": 2 * time.Second, "make deltas that are wanted": 3 * time.Second, "end attempts that fell silent": 30 * time.Second,
		"fetch sources that are due": 5 * time.Second, "write what devices said last": 30 * time.Second, "write the last screens": 15 * time.Minute,
		"pack readings by the hour": time.Hour, "drop old readings": 24 * time.Hour,
		"drop old log entries": time.Hour, "drop expired sessions": time.Hour,
		"look into the upload folder": 5 * time.Second,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJobsDoTheirWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		db, err := store.Open(folder)
		must(t, err)
		defer func() { must(t, db.Close()) }()
		start := time.Now()
		must(t, db.CreateFirstUser(store.User{Name: "anna", Role: "owner"}))
		must(t, db.AddSession("short", store.Session{User: "anna", Expires: start.Add(time.Minute)}))
		must(t, db.AddSession("long", store.Session{User: "anna", Expires: start.Add(100 * time.Hour)}))
		must(t, db.CreateDevice(store.Device{ID: "panel"}))
		old := start.Add(-keepReadings - 25*time.Hour)
		must(t, db.AddReadings("panel", start, []store.Reading{
			{Sensor: "temperature", Value: 20, Time: old}, {Sensor: "temperature", Value: 21, Time: start},
		}, nil))
		db.NoteStatus("panel", func(status *store.Status) { status.LastSeen = start })
		db.NoteDrawn("panel", store.Drawn{ETag: "x", Width: 8, Height: 1, Pix: []byte{1}})

		var log bytes.Buffer
		runFor(db, &log, 31*time.Second)
		onDisk := reopened(t, folder)
		if got := onDisk.Status("panel").LastSeen; !got.Equal(start) {
			t.Errorf("after half a minute the status on disk is of %v", got)
		}
		must(t, onDisk.Close())

		runFor(db, &log, 3*time.Hour)
		onDisk = reopened(t, folder)
		if drawn, err := onDisk.Drawn("panel"); err != nil || drawn.ETag != "x" {
			t.Errorf("the screen on disk is %+v, %v", drawn, err)
		}
		must(t, onDisk.Close())
		if n, err := db.Sessions("anna"); n != 1 || err != nil {
			t.Errorf("%d sessions are left, %v", n, err)
		}
		if got := []int{readings(t, db, old), readings(t, db, start)}; !cmp.Equal(got, []int{1, 1}) {
			t.Errorf("%d readings after packing", got)
		}
		runFor(db, &log, 25*time.Hour)
		if got := []int{readings(t, db, old), readings(t, db, start)}; !cmp.Equal(got, []int{0, 1}) {
			t.Errorf("%d readings after dropping the old", got)
		}
		if log.Len() > 0 {
			t.Errorf("log: %s", &log)
		}
	})
}

func readings(t *testing.T, db *store.DB, at time.Time) int {
	t.Helper()
	found, err := db.Readings("panel", "temperature", at.Add(-time.Hour), at.Add(time.Hour))
	must(t, err)
	return len(found)
}

// reopened opens a copy of the data files, as they would be after the power failed.
func reopened(t *testing.T, folder string) *store.DB {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy")
	must(t, os.CopyFS(copied, os.DirFS(folder)))
	db, err := store.Open(copied)
	must(t, err)
	return db
}

// TestTheUploadFolderIsWatched: a finished file is there with the second look, ten seconds after the start.
func TestTheUploadFolderIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.TempDir())
		must(t, err)
		defer func() { must(t, db.Close()) }()
		path := t.TempDir()
		must(t, os.WriteFile(filepath.Join(path, "lamp.ino.bin"), otatest.Build(otatest.Options{Marker: `PCMSFW{"type":"Lamp","version":"1.0","board":"esp32dev"}`}), 0o600))
		var log bytes.Buffer
		folder := intake.Watch(path, intake.New(db), 1<<20, zerolog.New(&log))
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{6 * time.Second, 0}, {6 * time.Second, 1}, {time.Minute, 1}} {
			runWatching(db, folder, &log, step.after)
			if images, err := db.AllFirmware(); len(images) != step.want || err != nil {
				t.Errorf("%d images after %v more, %v: %s", len(images), step.after, err, &log)
			}
		}
	})
}
