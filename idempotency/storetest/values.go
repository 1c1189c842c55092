package storetest

import (
	"bytes"
	"math"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// allBytes holds each byte once: NUL, and bytes that are not UTF-8.
var allBytes = func() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}()

var valueCases = []testcase{
	{"results come back as they were, nil and empty too", func(r *run) {
		for name, result := range map[string][]byte{
			"nil": nil, "empty": {}, "a NUL": {0}, "every byte": allBytes, "text": []byte("' OR 1=1; --"),
		} {
			c := claim(name, "a")
			ref, _ := r.mustWin(c)
			r.ok("Finish", r.Store.Finish(r.Context(), ref, driver.Completion{State: driver.StateCompleted, Result: result}))
			settled := want(driver.StateCompleted, ref, c)
			settled.Result = result
			r.same("Get of the result that is "+name, r.get(c.Key), settled)
			r.same("Claim of the result that is "+name, r.mustLose(claim(name, "b")), settled)
		}
	}},
	{"fingerprints and progress hold any bytes", func(r *run) {
		for name, value := range map[string][]byte{"nil": nil, "a NUL": {0}, "every byte": allBytes} {
			c := claim(name, "a")
			c.Fingerprint = value
			ref, _ := r.mustWin(c)
			r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: value}))
			running := want(driver.StateInProgress, ref, c)
			running.Progress = value
			r.same("Get", r.get(c.Key), running)
		}
	}},
	{"infos are kept as any database takes them", func(r *run) {
		for name, text := range map[string]string{
			"a NUL": "order\x007", "not UTF-8": "order \xff\xfe7", "long": strings.Repeat("7", 5000),
			"cut in a character": strings.Repeat("€", 5000), "empty": "",
		} {
			c := claim(name, "a")
			c.Info = driver.Info{Namespace: text, WorkflowID: text, RunID: text, ActivityType: text, ActivityID: text, Attempt: math.MaxInt32}
			ref, rec := r.mustWin(c)
			r.same("Claim with an info that is "+name, rec, want(driver.StateInProgress, ref, c))
			r.same("Get with an info that is "+name, r.get(c.Key), want(driver.StateInProgress, ref, c))
		}
	}},
	{"2 MB fit, and not a byte more", func(r *run) {
		full := bytes.Repeat(allBytes, driver.MaxResultBytes/len(allBytes))
		over := append(bytes.Clone(full), 0)
		c := claim("k", "a")
		ref, _ := r.mustWin(c)
		r.refused("Renew with too much progress", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: over}))
		r.ok("Renew with 2 MB", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: full}))
		r.refused("Finish with too large a result", r.Store.Finish(r.Context(), ref,
			driver.Completion{State: driver.StateCompleted, Result: over}))
		running := want(driver.StateInProgress, ref, c)
		running.Progress = full
		r.same("Get after refusals", r.get(c.Key), running)
		r.ok("Finish with 2 MB", r.Store.Finish(r.Context(), ref, driver.Completion{State: driver.StateCompleted, Result: full}))
		running.State, running.Result = driver.StateCompleted, full
		r.same("Get", r.get(c.Key), running)
	}},
	{"what the caller does to its bytes later is not stored", func(r *run) {
		c := claim("k", "a")
		c.Fingerprint = []byte("print")
		ref, _ := r.mustWin(c)
		progress, result := []byte("half"), []byte("result")
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: progress}))
		r.ok("Finish", r.Store.Finish(r.Context(), ref, driver.Completion{State: driver.StateCompleted, Result: result}))
		shown := r.get(c.Key)
		for _, b := range [][]byte{c.Fingerprint, progress, result, shown.Fingerprint, shown.Progress, shown.Result} {
			clear(b)
		}
		stored := want(driver.StateCompleted, ref, c)
		stored.Fingerprint, stored.Progress, stored.Result = []byte("print"), []byte("half"), []byte("result")
		r.same("Get", r.get(c.Key), stored)
	}},
}
