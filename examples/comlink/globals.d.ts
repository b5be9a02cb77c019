// comlink.js, included by a <script>, defines this.
declare const Comlink: typeof import('comlink');
