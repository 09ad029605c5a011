package device

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"personalcms/content"
	"personalcms/handlers/screen"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// itemsShown is how many items of each subcategory a device gets at a time.
const itemsShown = 3

type contentAnswer struct {
	DeviceID       string                    `json:"device_id"`
	Timestamp      time.Time                 `json:"timestamp"`
	DashboardURL   string                    `json:"dashboard_url"`
	FallbackURL    string                    `json:"fallback_url"`
	Images         []contentImage            `json:"images"`
	Content        map[string]map[string]any `json:"content"`
	Status         string                    `json:"status"`
	ETag           string                    `json:"etag"`
	RefreshSeconds int                       `json:"refresh_seconds"`
}

type contentImage struct {
	Filename   string    `json:"filename"`
	BMPURL     string    `json:"bmp_url"`
	UploadDate time.Time `json:"upload_date"`
}

// content is all that firmware 2.4.x shows: its screen, its pictures, its texts. A pending device
// gets its approval screen and nothing else.
func (h *Handler) content(c echo.Context) error {
	device, err := h.knownOrNew(c, func(*store.Device) {})
	if err != nil {
		return err
	}
	h.seen(c, device.ID, nil)
	now := h.now()
	current := h.screens.Current(device, h.access.BaseURL(c.Request()), now)
	answer := contentAnswer{
		DeviceID: device.ID, Timestamp: now.UTC(), Images: []contentImage{}, Content: map[string]map[string]any{}, Status: "success",
		DashboardURL:   h.dashboardURL(device.ID, "current", current.ETag),
		FallbackURL:    h.dashboardURL(device.ID, "fallback", current.ETag),
		RefreshSeconds: current.RefreshSeconds(now),
	}
	if device.Approved {
		if answer.Images, err = h.contentImages(device); err != nil {
			return err
		}
		answer.Content = h.texts(device, now)
	}
	answer.ETag = tagOf(answer.DashboardURL, answer.Images, answer.Content)
	return c.JSON(http.StatusOK, answer)
}

// tagOf is a short hash of what an answer holds.
func tagOf(parts ...any) string {
	raw, _ := json.Marshal(parts) // strings, lists and maps of them always encode
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

func (h *Handler) contentImages(device store.Device) ([]contentImage, error) {
	images := []contentImage{}
	for _, id := range device.Pictures {
		picture, err := h.db.Picture(id)
		if err != nil {
			return nil, err
		}
		images = append(images, contentImage{picture.Filename, h.pictureURL(picture, device), picture.Uploaded.UTC()})
	}
	return images, nil
}

// texts are some items of each subcategory the device shows, the same until their time is over.
func (h *Handler) texts(device store.Device, now time.Time) map[string]map[string]any {
	texts := map[string]map[string]any{}
	for _, chosen := range []struct {
		category string
		names    []string
		every    time.Duration
	}{
		{"jokes", device.Preferences.Jokes, screen.JokeInterval},
		{"riddles", device.Preferences.Riddles, screen.RiddleInterval},
		{"news", device.Preferences.News, screen.HeadlineInterval},
	} {
		if len(chosen.names) == 0 {
			chosen.names = h.subcategories(chosen.category)
		}
		texts[chosen.category] = map[string]any{}
		for _, name := range chosen.names {
			texts[chosen.category][name] = h.some(chosen.category, name, device.ID, content.Slot(now, chosen.every))
		}
	}
	return texts
}

func (h *Handler) some(category, name, seed string, slot int64) []any {
	shown := []any{}
	for i := range min(itemsShown, len(h.library.Items(category, name))) {
		item, ok := h.library.Pick(category, []string{name}, seed, slot*itemsShown+int64(i))
		if !ok {
			break
		}
		switch category {
		case "jokes":
			shown = append(shown, item.Text)
		case "riddles":
			shown = append(shown, map[string]any{"question": item.Question, "answer": item.Answer})
		default:
			shown = append(shown, map[string]any{"title": item.Title, "summary": item.Summary, "published": "", "url": item.URL})
		}
	}
	return shown
}

func (h *Handler) subcategories(category string) []string {
	var names []string
	for _, known := range h.library.Categories() {
		if known.Name == category {
			for _, sub := range known.Subcategories {
				names = append(names, sub.Name)
			}
		}
	}
	return names
}

// categories lists what content there is.
func (h *Handler) categories(c echo.Context) error {
	type subcategory struct {
		Name      string `json:"name"`
		Title     string `json:"title"`
		ItemCount int    `json:"item_count"`
	}
	type category struct {
		Name          string        `json:"name"`
		Title         string        `json:"title"`
		ItemCount     int           `json:"item_count"`
		Subcategories []subcategory `json:"subcategories"`
	}
	var all []category
	for _, known := range h.library.Categories() {
		one := category{Name: known.Name, Title: known.Title}
		for _, sub := range known.Subcategories {
			one.Subcategories = append(one.Subcategories, subcategory{sub.Name, sub.Title, len(sub.Items)})
			one.ItemCount += len(sub.Items)
		}
		all = append(all, one)
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "status": "success", "categories": all})
}

// categoryNames are the kinds of content firmware 2.4.x knows, for images-sequence: what texts answers, not
// what else the library has.
func (h *Handler) categoryNames() []string {
	return []string{"jokes", "riddles", "news"}
}
