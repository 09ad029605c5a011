package access

import "net/http"

// OTAPassword tells whether a request bears, as HTTP Basic, the user and password that the owner set
// for downloads of firmware. Wrong ones are limited like those of people; the right one is remembered
// by its hash, so that a download in pieces does not compute it for each.
func (a *Access) OTAPassword(r *http.Request, address string) bool {
	user, password, ok := r.BasicAuth()
	settings := a.db.Settings()
	if !ok || settings.OTAPassword == "" || !equal(user, settings.OTAUser) {
		return false
	}
	seen := Hash(settings.OTAPassword + "\x00" + password)
	a.hashing.Lock()
	known := equal(a.otaPassword, seen)
	a.hashing.Unlock()
	if known {
		return true
	}
	if a.logins.try(address, "ota "+user) > 0 || !a.CheckPassword(settings.OTAPassword, password) {
		return false
	}
	a.logins.forget(address, "ota "+user)
	a.hashing.Lock()
	a.otaPassword = seen
	a.hashing.Unlock()
	return true
}
