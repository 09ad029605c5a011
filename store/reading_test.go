package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadingsAnsweredAreOnDisk(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	if err := db.AddReadings("nobody", noon, []Reading{{"temperature", noon, 1}}, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown device: %v", err)
	}
	want := []Reading{{"temperature", noon, 21.5}, {"temperature", noon.Add(time.Second), -40}}
	must(t, db.AddReadings("panel", noon, append(want, Reading{"humidity", noon, 44}),
		[]Entry{{Time: noon, Kind: LogEvent, DeviceID: "panel", Level: "info", Message: "NFC card 04A2"}}))
	after := crash(t, db)
	got, err := after.Readings("panel", "temperature", noon, noon.Add(time.Minute))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	log, err := after.Log("panel", 10)
	if err != nil || len(log) != 1 || log[0].Message != "NFC card 04A2" {
		t.Errorf("%v: %v", err, log)
	}
	latest := db.Status("panel").Latest
	if latest["temperature"].Value != -40 || latest["humidity"].Value != 44 {
		t.Errorf("latest: %v", latest)
	}
	must(t, db.AddReadings("panel", noon, []Reading{{"temperature", noon.Add(-time.Hour), 5}}, nil))
	if db.Status("panel").Latest["temperature"].Value != -40 {
		t.Error("an older reading became the latest")
	}
}

func TestReadingsBounds(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	for minute := range 10 {
		at := noon.Add(time.Duration(minute) * time.Minute)
		must(t, db.AddReadings("panel", at, []Reading{{"t", at, float64(minute)}}, nil))
	}
	for _, row := range []struct{ from, to, first, n int }{{0, 10, 0, 10}, {2, 5, 2, 3}, {5, 5, 0, 0}, {9, 99, 9, 1}, {-5, 1, 0, 1}} {
		got, err := db.Readings("panel", "t", noon.Add(time.Duration(row.from)*time.Minute), noon.Add(time.Duration(row.to)*time.Minute))
		if err != nil || len(got) != row.n || (row.n > 0 && got[0].Value != float64(row.first)) {
			t.Errorf("%d…%d: %v, %v", row.from, row.to, err, got)
		}
	}
}

// TestFoldingChangesNoAnswer stores random readings of some devices, many late and out of order, folds
// now and then, and wants the same as from a plain list.
func TestFoldingChangesNoAnswer(t *testing.T) {
	folder := t.TempDir()
	db, err := Open(folder)
	must(t, err)
	random := rand.New(rand.NewPCG(3, 5))
	devices, sensors := []string{"a", "ab", "b"}, []string{"temperature", "x", "level_2"}
	want := map[string][]Reading{}
	for _, id := range devices {
		addDevice(t, db, id)
	}
	for step := range 400 {
		received := noon.Add(time.Duration(step) * 3 * time.Minute)
		id := devices[random.IntN(len(devices))]
		var batch []Reading
		for range 1 + random.IntN(5) {
			reading := Reading{
				Sensor: sensors[random.IntN(len(sensors))], Value: float64(random.IntN(2000)-1000) / 8,
				Time: received.Add(-time.Duration(random.IntN(6*3600*1000)) * time.Millisecond),
			}
			batch = append(batch, reading)
			want[id+reading.Sensor] = append(want[id+reading.Sensor], reading)
		}
		must(t, db.AddReadings(id, received, batch, nil))
		if random.IntN(20) == 0 {
			must(t, db.FoldReadings(received.Add(-time.Duration(random.IntN(120))*time.Minute)))
		}
	}
	compare := func(when string) {
		for _, id := range devices {
			for _, sensor := range sensors {
				from, to := noon.Add(-7*time.Hour), noon.Add(48*time.Hour)
				got, err := db.Readings(id, sensor, from, to)
				must(t, err)
				expected := slices.Clone(want[id+sensor])
				slices.SortStableFunc(expected, func(a, b Reading) int { return a.Time.Compare(b.Time) })
				if diff := cmp.Diff(times(expected), times(got)); diff != "" {
					t.Fatalf("%s: %s of %s (-want +got):\n%s", when, sensor, id, diff)
				}
			}
		}
	}
	compare("as stored")
	must(t, db.FoldReadings(noon.Add(48*time.Hour)))
	compare("all folded")
	must(t, db.Close())
	db = openAt(t, folder)
	compare("opened again")
}

// times are readings as sorted text: readings of one millisecond have no order.
func times(readings []Reading) []string {
	var lines []string
	for _, reading := range readings {
		lines = append(lines, fmt.Sprintf("%s %g", reading.Time.Truncate(time.Millisecond).UTC().Format(time.RFC3339Nano), reading.Value))
	}
	slices.Sort(lines)
	return lines
}

func TestDropReadingsDropsWholeHours(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	for hour := range 5 {
		at := noon.Add(time.Duration(hour)*time.Hour + 30*time.Minute)
		must(t, db.AddReadings("panel", at, []Reading{{"t", at, float64(hour)}}, nil))
	}
	must(t, db.FoldReadings(noon.Add(24*time.Hour)))
	must(t, db.DropReadings(noon.Add(2*time.Hour)))
	got, err := db.Readings("panel", "t", noon, noon.Add(24*time.Hour))
	if err != nil || len(got) != 3 || got[0].Value != 2 {
		t.Errorf("%v: %v", err, got)
	}
}

func TestReadingsWhileOthersAreStored(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	var work sync.WaitGroup
	for writer := range 8 {
		work.Go(func() {
			for i := range 50 {
				at := noon.Add(time.Duration(writer*50+i) * time.Second)
				if err := db.AddReadings("panel", at, []Reading{{"t", at, 1}}, nil); err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					if _, err := db.Readings("panel", "t", noon, noon.Add(time.Hour)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	work.Go(func() {
		for range 5 {
			if err := db.FoldReadings(noon.Add(200 * time.Second)); err != nil {
				t.Error(err)
			}
		}
	})
	work.Wait()
	got, err := crash(t, db).Readings("panel", "t", noon, noon.Add(time.Hour))
	if err != nil || len(got) != 400 {
		t.Errorf("%d readings, %v", len(got), err)
	}
}

func TestLog(t *testing.T) {
	db := open(t)
	for i := range 30 {
		id := []string{"a", "b", ""}[i%3]
		must(t, db.AddLog(Entry{Time: noon, DeviceID: id, Level: "info", Message: fmt.Sprint(i)})) // all in one instant
	}
	must(t, db.AddLog())
	all, err := db.Log("", 5)
	if err != nil || len(all) != 5 || all[0].Message != "29" || all[4].Message != "25" {
		t.Errorf("%v: %v", err, all)
	}
	own, err := db.Log("a", 3)
	if err != nil || len(own) != 3 || own[0].Message != "27" || own[2].Message != "21" {
		t.Errorf("%v: %v", err, own)
	}
	must(t, db.TrimLog())
	if all, err := db.Log("", 100); err != nil || len(all) != 30 {
		t.Errorf("trimming a short log leaves %d entries, %v", len(all), err)
	}
}
