module.exports = { handler: async (event) => ({ required: require('node:path').basename(__filename), event }) };
