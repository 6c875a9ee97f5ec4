npm warn Unknown user config "nodedir". This will stop working in the next major version of npm. See `npm help npmrc` for supported config options.
error: error parsing examples/hot-new-node.yaml: document 1: Object 'Kind' is missing
