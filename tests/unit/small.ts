/* The entry of small.config.js, which compiles every suite into one module behind this. */
