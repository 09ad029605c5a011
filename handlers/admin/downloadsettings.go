package admin

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// Bounds of the limits on downloads. A slower rate than minRate leaves boards waiting for so long that they give up.
const (
	maxAtOnce = 1000
	minRate   = 4000          // bytes per second
	maxRate   = 1_000_000_000 // bytes per second
	kilobyte  = 1000          // bytes, as people write rates
)

// wrongDownloads says by its part what is wrong with limits; rates is the sentence for rates out of bounds.
func wrongDownloads(limits store.Downloads, rates string) map[string]string {
	problems := map[string]string{}
	if limits.AtOnce < 0 || limits.AtOnce > maxAtOnce {
		problems["at_once"] = "Take a whole number from 1 to 1000, or 0 for no limit."
	}
	for part, perSecond := range map[string]int64{"per_device": limits.PerDevice, "total": limits.Total} {
		if perSecond != 0 && (perSecond < minRate || perSecond > maxRate) {
			problems[part] = rates
		}
	}
	return problems
}

// setDownloads keeps limits that were checked. They also hold for downloads that run.
func (h *Handler) setDownloads(c echo.Context, limits store.Downloads) error {
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Downloads = limits
		return nil
	})
	if err != nil {
		return err
	}
	return h.audit(c, "", "limited downloads to "+downloadWords(limits))
}

// downloadWords say limits: "8 at once, 20 kB/s per device, no limit in total".
func downloadWords(limits store.Downloads) string {
	rate := func(perSecond int64, of string) string {
		if perSecond == 0 {
			return "no limit " + of
		}
		return kilobytes(perSecond) + " kB/s " + of
	}
	atOnce := "any number at once"
	if limits.AtOnce > 0 {
		atOnce = fmt.Sprintf("%d at once", limits.AtOnce)
	}
	return atOnce + ", " + rate(limits.PerDevice, "per device") + ", " + rate(limits.Total, "in total")
}

func kilobytes(bytes int64) string {
	return strconv.FormatFloat(float64(bytes)/kilobyte, 'f', -1, 64)
}

func downloadsModel(limits store.Downloads) views.Downloads {
	return views.Downloads{AtOnce: strconv.Itoa(limits.AtOnce), PerDevice: kilobytes(limits.PerDevice), Total: kilobytes(limits.Total)}
}

// readRate reads kilobytes per second; what is no number is out of bounds, nothing is no limit.
func readRate(text string) int64 {
	text = strings.Replace(strings.TrimSpace(text), ",", ".", 1)
	if text == "" {
		return 0
	}
	rate, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(rate) || rate < 0 || rate > maxRate || rate > 0 && rate*kilobyte < 1 {
		return -1
	}
	return int64(math.Round(rate * kilobyte))
}

func (h *Handler) formDownloads(c echo.Context) error {
	typed := views.Downloads{AtOnce: c.FormValue("at_once"), PerDevice: c.FormValue("per_device"), Total: c.FormValue("total")}
	limits := store.Downloads{PerDevice: readRate(typed.PerDevice), Total: readRate(typed.Total)}
	var err error
	if limits.AtOnce, err = strconv.Atoi(strings.TrimSpace(typed.AtOnce)); err != nil {
		limits.AtOnce = -1
	}
	if typed.Errors = wrongDownloads(limits, "Take a number from 4 to 1000000, or 0 for no limit."); len(typed.Errors) > 0 {
		return h.showSettings(c, http.StatusUnprocessableEntity, func(model *views.Settings) { model.Downloads = typed })
	}
	if err := h.setDownloads(c, limits); err != nil {
		return err
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.Downloads.Saved = true })
}

func (h *Handler) apiDownloads(c echo.Context) error {
	return c.JSON(http.StatusOK, h.db.Settings().Downloads)
}

// apiSetDownloads changes the limits that are named.
func (h *Handler) apiSetDownloads(c echo.Context) error {
	limits := h.db.Settings().Downloads
	if err := decode(c, &limits); err != nil {
		return err
	}
	problems := wrongDownloads(limits, "Take 4000 to 1000000000 bytes per second, or 0 for no limit.")
	for _, part := range []struct{ name, key string }{
		{"at_once", "at_once"}, {"per_device", "per_device_bytes_per_second"}, {"total", "total_bytes_per_second"},
	} {
		if sentence := problems[part.name]; sentence != "" {
			p := problem.New(http.StatusUnprocessableEntity, "bad_limit", sentence)
			p.Key = part.key
			return p
		}
	}
	if err := h.setDownloads(c, limits); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, limits)
}
