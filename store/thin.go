package store

// Thin keeps at most points of the readings, of each stretch the lowest and the highest, so that no
// peak is lost.
func Thin(readings []Reading, points int) []Reading {
	if len(readings) <= points || points < 2 {
		return readings
	}
	stretches := points / 2
	kept := make([]Reading, 0, points)
	for i := range stretches {
		from, to := i*len(readings)/stretches, (i+1)*len(readings)/stretches
		low, high := from, from
		for j := from; j < to; j++ {
			if readings[j].Value < readings[low].Value {
				low = j
			}
			if readings[j].Value > readings[high].Value {
				high = j
			}
		}
		kept = append(kept, readings[min(low, high)])
		if low != high {
			kept = append(kept, readings[max(low, high)])
		}
	}
	return kept
}

// UnitOf is the unit of a sensor that PROTOCOL.md names, "" of any other.
func UnitOf(sensor string) string {
	switch sensor {
	case "temperature":
		return "°C"
	case "humidity", "battery_percent":
		return "%"
	case "pressure":
		return "hPa"
	case "light":
		return "lx"
	case "battery_voltage":
		return "V"
	}
	return ""
}
