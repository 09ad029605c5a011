// Package render draws what a panel shows: layout, text, photographs, dithered to 1 bit and encoded as BMP or PNG.
// It is pure: no HTTP, no store, no clock.
package render
