package redisstore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// recordReply holds a record as a script returns it.
type recordReply struct {
	driver.Record
	won     bool
	expired bool // past its retention
}

// decode reads whether a claim was won, the time and the fields of a record,
// of which there are none when there is no record.
func decode(reply []any) (recordReply, error) {
	d := decoder{fields: map[string]string{}}
	if len(reply) != 3 {
		return recordReply{}, fmt.Errorf("redisstore: a script answers with %d values, not 3; look whether a proxy changes answers", len(reply))
	}
	won, _ := reply[0].(int64)
	now, _ := reply[1].(string)
	flat, _ := reply[2].([]any)
	for i := 0; i+1 < len(flat); i += 2 {
		name, _ := flat[i].(string)
		d.fields[name], _ = flat[i+1].(string)
	}
	if len(flat) == 0 {
		return recordReply{}, nil
	}
	d.fields["now"] = now
	s := recordReply{won: won == 1, Record: driver.Record{
		State:       driver.State(d.number("state")),
		Fence:       d.number("fence"),
		Fingerprint: d.bytes("print"),
		Result:      d.bytes("result"),
		Progress:    d.bytes("progress"),
		TakenOver:   d.number("taken") == 1,
		Age:         max(d.since("first"), 0), // a clock can go back
	}}
	copy(s.Owner[:], d.fields["owner"])
	if s.State == driver.StateInProgress {
		s.Remaining = -d.since("lease")
	}
	s.expired = d.since("end") >= 0 && s.Remaining <= 0 && s.State != driver.StateIndeterminate
	if err := json.Unmarshal([]byte(d.fields["info"]), &s.Info); err != nil && d.err == nil {
		d.err = err
	}
	if d.err != nil {
		return recordReply{}, fmt.Errorf("redisstore: a record cannot be read: %w; look who else writes to keys with this prefix", d.err)
	}
	return s, nil
}

// decoder keeps the first error.
type decoder struct {
	fields map[string]string
	err    error
}

func (d *decoder) number(name string) int64 {
	n, err := strconv.ParseInt(d.fields[name], 10, 64)
	if err != nil && d.err == nil {
		d.err = fmt.Errorf("field %q: %w", name, err)
	}
	return n
}

// since returns the time that has passed since the instant in a field.
func (d *decoder) since(name string) time.Duration {
	return time.Duration(d.number("now")-d.number(name)) * time.Microsecond
}

func (d *decoder) bytes(name string) []byte {
	if v, there := d.fields[name]; there {
		return []byte(v)
	}
	return nil
}
