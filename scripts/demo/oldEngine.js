/* What the example stack uses of the library of ES2015 and later, for an engine that has the syntax of ES5. */

(function () {
  function add(target, name, value) {
    if (target[name] === undefined)
      Object.defineProperty(target, name, { value: value, writable: true, configurable: true });
  }
  function listOf(source, map) {
    var list = [];
    for (var nth = 0; nth < source.length; nth += 1) list.push(map ? map(source[nth], nth) : source[nth]);
    return list;
  }
  function fill(value, from, to) {
    for (var nth = from || 0; nth < (to === undefined ? this.length : to); nth += 1) this[nth] = value;
    return this;
  }
  add(Array, "from", listOf);
  add(Array, "of", function () {
    return listOf(arguments);
  });
  add(Array.prototype, "fill", fill);
  add(Array.prototype, "find", function (test) {
    for (var nth = 0; nth < this.length; nth += 1) if (test(this[nth], nth, this)) return this[nth];
    return undefined;
  });
  add(Array.prototype, "findIndex", function (test) {
    for (var nth = 0; nth < this.length; nth += 1) if (test(this[nth], nth, this)) return nth;
    return -1;
  });
  add(Array.prototype, "includes", function (value) {
    return this.indexOf(value) >= 0;
  });
  add(Object, "values", function (object) {
    return Object.keys(object).map(function (key) {
      return object[key];
    });
  });
  add(Object, "entries", function (object) {
    return Object.keys(object).map(function (key) {
      return [key, object[key]];
    });
  });
  add(Math, "imul", function (a, b) {
    return ((a & 0xffff) * b + ((((a >>> 16) * b) & 0xffff) << 16)) | 0;
  });
  [Uint8Array, Uint16Array, Uint32Array].forEach(function (Kind) {
    add(Kind, "from", function (source, map) {
      return new Kind(listOf(source, map));
    });
    add(Kind, "of", function () {
      return new Kind(listOf(arguments));
    });
    add(Kind.prototype, "fill", fill);
    add(Kind.prototype, "copyWithin", function (at, from, to) {
      this.set(this.subarray(from, to), at);
      return this;
    });
    add(Kind.prototype, "slice", function (from, to) {
      return new Kind(this.subarray(from || 0, to));
    });
  });
})();
