package admin

import (
	"net/http"
	"time"

	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

const (
	usualPoints = 500
	maxPoints   = 10_000
	maxSpan     = 3 * 366 * 24 * time.Hour
)

// apiReadings are the values of one sensor over a time, thinned where there are more than wanted.
func (h *Handler) apiReadings(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	sensor := c.QueryParam("sensor")
	if sensor == "" {
		sensor = "temperature"
	}
	points, err := intParam(c, "points", usualPoints, 2, maxPoints)
	if err != nil {
		return err
	}
	to, err := timeParam(c, "to", h.now())
	if err != nil {
		return err
	}
	from, err := timeParam(c, "from", to.Add(-24*time.Hour))
	if err != nil {
		return err
	}
	if from.After(to) || to.Sub(from) > maxSpan {
		return problem.New(http.StatusBadRequest, "bad_value", "“from” lies before “to”, at most three years.")
	}
	readings, err := h.db.Readings(device.ID, sensor, from, to)
	if err != nil {
		return err
	}
	rows := [][2]any{}
	for _, reading := range store.Thin(readings, points) {
		rows = append(rows, [2]any{reading.Time.UTC(), reading.Value})
	}
	return c.JSON(http.StatusOK, map[string]any{"sensor": sensor, "unit": store.UnitOf(sensor), "points": rows})
}

func timeParam(c echo.Context, name string, usual time.Time) (time.Time, error) {
	text := c.QueryParam(name)
	if text == "" {
		return usual, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		p := problem.New(http.StatusBadRequest, "bad_value", "“"+name+"” is a time such as 2026-11-23T12:00:00Z.")
		p.Key = name
		return at, p
	}
	return at, nil
}
