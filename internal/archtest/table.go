package archtest

// table is the decision of design.md section 2. A package that is missing here
// is a violation: a new one gets its row on purpose.
func table() map[string]row {
	var (
		lib     = []string{"internal/apperr", "internal/failure", "internal/trace", "internal/wait", "internal/wire"}
		helpers = []string{"internal/testenv", "internal/historytest"}
		first   = []string{"signals", "retry", "retry/classify", "idempotency", "approval/policy"}
		public  = join(first, "timeouts", "timeouts/heartbeat", "timeouts/lint", "approval", "approval/approvalclient", "approval/approvalkey",
			"approval/policy/analysis", "idempotency/driver")
		kits   = []string{"signals/signalstest", "approval/approvaltest", "idempotency/storetest", "idempotency/idempotencytest"}
		stores = []string{"idempotency/memstore", "idempotency/sqlstore/...", "idempotency/pgstore/...", "idempotency/redisstore/..."}
		kit    = row{imports: join(public, "internal/testenv"), tests: join(kits, helpers...)}
	)
	return map[string]row{
		"internal/apperr":  {tests: join(lib, helpers...)},
		"internal/failure": {imports: []string{"internal/apperr"}, tests: join(lib, helpers...)},
		"internal/wire": {
			imports:  []string{"internal/apperr"},
			tests:    join(lib, helpers...),
			decodes:  "the one place where workflow code takes bytes apart",
			payloads: "the one place where workflow code takes payloads apart",
		},
		"internal/wait": {
			imports: []string{"internal/apperr", "internal/wire"},
			tests:   join(lib, helpers...),
			waits:   true,
		},
		"internal/trace":   {tests: helpers},
		"internal/testenv": {imports: []string{"internal/apperr"}, decodes: "runs in tests only"},
		"internal/historytest": {
			imports: []string{"internal/apperr", "internal/testenv"}, tests: helpers,
			decodes: "runs in tests only; histories are JSON", payloads: "runs in tests only; compares recorded results",
		},
		"internal/archtest": {imports: []string{"internal/apperr"}, decodes: "runs in tests only"},

		"signals":             {imports: lib, tests: join(first, join(helpers, "signals/signalstest")...), waits: true},
		"signals/signalstest": kit,
		"retry":               {imports: join(lib, "retry/classify"), tests: join(first, helpers...)},
		"retry/classify":      {imports: lib, tests: helpers},
		"timeouts": {
			imports: join(lib, "retry", "signals", "timeouts/lint", "timeouts/internal/budgetctx"),
			tests:   join(helpers, "signals/signalstest", "timeouts/heartbeat"),
			waits:   true,
		},
		"timeouts/internal/budgetctx": {tests: helpers},
		"timeouts/heartbeat": {
			imports: join(lib, "retry", "timeouts/internal/budgetctx"), tests: join(helpers, "timeouts"),
			decodes: "heartbeat details are read in activities, never in workflows",
		},
		"timeouts/lint": {imports: join(lib, "retry", "timeouts/internal/budgetctx"), tests: join(helpers, "timeouts"), waits: true},

		"approval": {
			imports: join(lib, "approval/approvalkey", "approval/policy", "approval/internal/protocol", "approval/internal/tally", "signals",
				"retry"),
			tests: join(helpers, "timeouts", "approval/approvalclient", "approval/approvaltest", "signals/signalstest"),
			waits: true,
		},
		"approval/intervention": {
			imports: join(lib, "approval", "approval/policy", "idempotency", "idempotency/driver", "retry"),
			tests:   join(kits, join(helpers, "approval/approvalclient", "idempotency/memstore")...),
			waits:   true,
		},
		"approval/internal/protocol": {
			imports: join(lib, "approval/policy", "approval/internal/tally", "approval/internal/duration", "signals"),
			tests:   join(helpers, "approval", "approval/approvalkey"),
			waits:   true,
		},
		"approval/approvalkey": {},
		"approval/approvalclient": {
			imports: join(lib, "approval", "approval/approvalkey", "approval/policy", "approval/internal/protocol", "signals"),
			tests:   join(kits, join(helpers, "approval/internal/tally")...),
			decodes: "answers of workflows are read in programs, never in workflows",
		},
		"approval/policy": {
			imports: join(lib, "approval/internal/names", "approval/internal/duration", "approval/internal/electorate", "approval/internal/words"),
			pure:    true,
			decodes: "a policy reads itself, strictly, wherever it comes from: encoding/json would ignore a misspelled field",
		},
		"approval/policy/analysis": {
			imports: []string{
				"approval/policy", "approval/internal/names", "approval/internal/electorate", "approval/internal/tally",
				"approval/internal/words",
			},
			pure: true,
		},
		"approval/policy/policyfile": {
			imports: []string{"approval/policy"}, store: true, links: []string{"go.yaml.in/yaml/v3"},
			decodes: "policy files are read in programs, never in workflows",
		},
		"approval/internal/names":    {pure: true},
		"approval/internal/words":    {pure: true},
		"approval/internal/duration": {pure: true, decodes: "a duration reads its own JSON form"},
		"approval/internal/electorate": {
			imports: []string{"approval/internal/names"}, pure: true,
		},
		"approval/internal/tally": {
			imports: []string{"approval/policy", "approval/internal/names", "approval/internal/electorate"}, pure: true,
		},
		"approval/approvalhttp": {
			imports: join(public, "approval/internal/protocol", "approval/internal/duration", "internal/wire"),
			tests:   join(kits, join(helpers, "approval/internal/tally")...), decodes: "requests come as JSON over HTTP, outside workflows",
		},
		"approval/approvaltest": kit.importing("approval/internal/protocol", "approval/internal/tally").
			decoding("reads in a test what a workflow answered"),

		"idempotency": {
			imports: join(lib, "idempotency/driver"),
			tests:   join(first, join(helpers, join(kits, "idempotency/memstore")...)...),

			decodes:  "records are read in activities and programs, never in workflows",
			payloads: "results are kept as payloads, in activities",
		},
		"idempotency/driver":       {store: true},
		"idempotency/internal/...": {imports: []string{"idempotency/driver", "idempotency/internal/..."}, store: true},
		"idempotency/storetest": {
			imports: []string{"idempotency/driver"}, tests: join(kits, "idempotency/memstore"),
			decodes: "compares in a test what a store kept", store: true,
		},
		"idempotency/idempotencytest": kit.importing("idempotency/memstore", "idempotency/storetest"),
		"idempotency/memstore": {
			imports: []string{"idempotency/driver"}, tests: join(kits, helpers...),
			decodes: "a store is the edge: it keeps records outside workflows", store: true,
		},
		"idempotency/sqlstore/...": driver("idempotency/sqlstore/...", join(public, "idempotency/internal/..."), kits),
		"idempotency/pgstore/...": driver("idempotency/pgstore/...", join(public, "idempotency/internal/..."), kits,
			"github.com/jackc/pgx/v5"),
		"idempotency/redisstore/...": driver("idempotency/redisstore/...", join(public, "idempotency/internal/..."), kits,
			"github.com/redis/go-redis/v9"),

		".": {
			imports: join(public, "approval/approvalhttp", "internal/trace"), tests: join(kits, join(helpers, "idempotency/memstore")...),
		},
		"internal/devserver/...": {imports: []string{"internal/devserver/..."}, tests: kits},
		"cmd/...": {
			imports: join(public, join(stores, "approval/policy/policyfile")...), tests: join(kits, "internal/devserver/..."),
			decodes: "policies and results are read in a program, never in workflows",
		},
		"examples/...": {
			imports: join(public, join(stores, ".", "approval/approvalhttp", "approval/intervention", "examples/...", "internal/devserver/...")...),
			tests:   kits,
		},
		"internal/e2e/...": {
			imports: join(public, join(stores, ".", "approval/approvalhttp", "approval/intervention", "examples/...", "internal/devserver/...",
				"internal/e2e/...")...),
			tests: kits,
		},
	}
}
