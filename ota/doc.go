// Package ota understands firmware images and decides what a device should install. It is pure: no
// HTTP, no store, no clock.
package ota
