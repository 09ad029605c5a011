// Package jobs does what the clock asks for.
package jobs

import (
	"context"
	"time"

	"personalcms/handlers/feeds"
	"personalcms/handlers/fleet"
	"personalcms/handlers/intake"
	"personalcms/store"

	"github.com/rs/zerolog"
)

// keepReadings is how long readings are kept.
const keepReadings = 2 * 366 * 24 * time.Hour

// job is one row of the table: what, how often, which function.
type job struct {
	name  string
	every time.Duration
	run   func(now time.Time) error
}

func table(ctx context.Context, db *store.DB, sources *feeds.Feeds, devices *fleet.Fleet, deltas *fleet.Deltas, folder *intake.Folder) []job {
	jobs := []job{
		{"fetch sources that are due", 5 * time.Second, func(time.Time) error { sources.Due(ctx); return nil }},
		{"move rollouts on", 2 * time.Second, devices.Move},
		{"make deltas that are wanted", 3 * time.Second, func(time.Time) error { deltas.Due(ctx); return nil }},
		{"end attempts that fell silent", 30 * time.Second, devices.Expire},
		{"write what devices said last", 30 * time.Second, func(time.Time) error { return db.Flush() }},
		{"write the last screens", 15 * time.Minute, func(time.Time) error { return db.FlushScreens() }},
		{"pack readings by the hour", time.Hour, func(now time.Time) error { return db.FoldReadings(now.Add(-time.Hour)) }},
		{"drop old readings", 24 * time.Hour, func(now time.Time) error { return db.DropReadings(now.Add(-keepReadings)) }},
		{"drop old log entries", time.Hour, func(time.Time) error { return db.TrimLog() }},
		{"drop expired sessions", time.Hour, db.DropSessions},
	}
	if folder != nil {
		jobs = append(jobs, job{"look into the upload folder", 5 * time.Second, func(now time.Time) error { return folder.Look(ctx, now) }})
	}
	return jobs
}

// Run does the jobs until ctx ends; it returns when the last one is done. Without a folder (nil) none is watched.
func Run(ctx context.Context, db *store.DB, sources *feeds.Feeds, devices *fleet.Fleet, deltas *fleet.Deltas, folder *intake.Folder, log zerolog.Logger, now func() time.Time) {
	defer sources.Wait()
	defer deltas.Wait()
	jobs := table(ctx, db, sources, devices, deltas, folder)
	next := make([]time.Time, len(jobs))
	for i := range jobs {
		next[i] = now().Add(jobs[i].every)
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for i, job := range jobs {
			if now().Before(next[i]) {
				continue
			}
			next[i] = now().Add(job.every)
			if err := job.run(now()); err != nil {
				log.Error().Err(err).Str("job", job.name).Msg("job failed")
			}
		}
	}
}
