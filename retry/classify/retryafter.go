package classify

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// requestedWait returns the wait that the headers ask for, and 0 when they do not.
// The headers in milliseconds are more exact and come first.
func requestedWait(h http.Header) time.Duration {
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if d, ok := number(h.Get(name), time.Millisecond); ok {
			return d
		}
	}
	now := time.Now() //nolint:forbidigo // activity code; only if the response has no date of its own
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // by the clock that wrote the Retry-After
	}
	return retryAfter(h.Get("Retry-After"), now)
}

// retryAfter reads the header: a number of seconds, or a date. A date in the past
// means as soon as possible; what is neither is ignored.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if d, ok := number(header, time.Second); ok {
		return d
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(date.Sub(now), time.Millisecond)
	}
	return 0
}

// number reads a decimal number of units, and rounds a fraction up.
func number(text string, unit time.Duration) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, false
	case n >= float64(math.MaxInt64)/float64(unit):
		return math.MaxInt64, true
	}
	return max(time.Duration(math.Ceil(n*float64(unit))), time.Millisecond), true
}
