package simulate

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// batchEvery is how many samples lie between two batches, batchSize how many a batch holds.
const (
	batchEvery = 12
	batchSize  = 4
)

// sensors is the room that a device stands in.
type sensors struct {
	warmth, swing, damp float64
	samples             int
	batch               []object
}

func newSensors(r *rand.Rand) sensors {
	return sensors{warmth: 18 + 5*r.Float64(), swing: 1 + 2*r.Float64(), damp: 40 + 15*r.Float64()}
}

// sample measures at a simulated time; the simulation begins at seven in the morning.
func (s *sensors) sample(at time.Duration, r *rand.Rand) object {
	s.samples++
	hour := 7 + at.Hours()
	wave := math.Sin((hour - 9) / 24 * 2 * math.Pi)
	o := object{
		"temperature": hundredths(s.warmth + s.swing*wave + 0.1*r.NormFloat64()),
		"humidity":    hundredths(min(max(s.damp-4*wave+0.5*r.NormFloat64(), 0), 100)),
	}
	if awake := math.Mod(hour, 24) > 6; awake && r.Float64() < 0.15 {
		o["motion_detected"] = true
	} else if r.Float64() < 0.2 {
		o["motion_detected"] = false
	}
	return o
}

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }

// sendSensors measures and reports; now and then it keeps a few samples back and sends them in one batch, as boards that
// sleep do.
func (d *device) sendSensors(ctx context.Context) time.Duration {
	s := &d.sensors
	body := s.sample(d.at, d.values)
	switch {
	case d.legacy:
		body["timestamp"] = d.uptime()
	case s.samples%batchEvery < batchSize && s.samples >= batchEvery:
		body["timestamp"] = d.sim.Now().UTC().Format(time.RFC3339Nano)
		s.batch = append(s.batch, body)
		if len(s.batch) < batchSize {
			return sensorInterval
		}
		body = object{"batch": s.batch}
		s.batch = nil
	}
	c := d.post(endSensor, d.path("sensor-data"), body)
	if _, ok := d.askJSON(ctx, c, "status=success message=string device=object"); !ok {
		return d.wait
	}
	return sensorInterval
}
